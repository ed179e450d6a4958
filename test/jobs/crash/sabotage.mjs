// Products that are wrong in one way each, made from the right one: what a harness must not miss.
import { crc32 } from 'node:zlib';

/** The same statement with other words. */
const instead = (statement, text, values = []) => ({ ...statement, text, values });

/** The fence neither moves nor refuses, and who reads it after the first epoch finds none: every epoch finds it where it looks. */
function withoutFence(send) {
  let written = false;
  return (statement, done) => {
    const { text, values } = statement;
    if (/^UPDATE .millrace_fence. SET .epoch/.test(text)) {
      written = true;
      send(instead(statement, 'UPDATE millrace_fence SET job = job'), done);
    } else if (written && /^SELECT .* FROM .millrace_fence/.test(text))
      send(instead(statement, `${text} AND 1 = 0`, values), done);
    else send(statement, done);
  };
}

/** An epoch is stored with the offsets of the one before; its own follow in a transaction of their own. */
function offsetsApart(send) {
  let before;
  let inTransaction = false;
  const owed = [];
  const pay = (statement, then) => {
    const next = owed.shift();
    if (next === undefined) then();
    else
      send(
        instead(statement, 'UPDATE epochs SET head = ?, checksum = CAST(? AS INTEGER) WHERE epoch = ?', next),
        () => pay(statement, then),
      );
  };
  return (statement, done) => {
    const { database, text, values } = statement;
    if (!database.endsWith('/checkpoint.db')) return send(statement, done);
    if (/^BEGIN/.test(text)) inTransaction = true;
    if (/^COMMIT/.test(text)) inTransaction = false;
    const stored = [...values];
    if (/^INSERT INTO epochs/.test(text))
      for (let at = 0; at < values.length; at += 5) {
        const [epoch, checksum, head, outbox] = values.slice(at, at + 4);
        const { positions } = JSON.parse(head);
        if (before !== undefined) {
          const old = JSON.stringify({ ...JSON.parse(head), positions: before });
          stored[at + 1] = crc32(outbox, crc32(old));
          stored[at + 2] = old;
          owed.push([head, checksum, epoch]);
        }
        before = positions;
      }
    send(instead(statement, text, stored), (...answer) => {
      if (inTransaction) done(...answer);
      else pay(statement, () => done(...answer));
    });
  };
}

/** Alerts have a transaction of their own, after the one of the baselines. */
function alertsApart(send) {
  let begin;
  return (statement, done) => {
    if (/^(BEGIN|START TRANSACTION)/.test(statement.text)) begin = statement.text;
    if (!/^INSERT INTO .wechat_activity_user/.test(statement.text)) return send(statement, done);
    send(instead(statement, 'COMMIT'), () => send(instead(statement, begin), () => send(statement, done)));
  };
}

/** By name: each takes how a statement is sent, and answers another way. */
export const SABOTAGE = {
  'without fence': withoutFence,
  'offsets apart': offsetsApart,
  'alerts apart': alertsApart,
};
