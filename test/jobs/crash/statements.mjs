// What a statement of Millrace does, by its text. Quotes of names differ by database.

const ON_CHECKPOINT = [
  ['schema', /^CREATE TABLE/],
  ['identity', /^INSERT INTO meta/],
  ['parts', /^INSERT (OR REPLACE )?INTO parts/],
  ['epoch', /^INSERT INTO epochs/],
  ['quarantine', /^INSERT INTO quarantine/],
  ['chunks', /^INSERT OR REPLACE INTO chunks/],
  ['thin-state', /^UPDATE epochs SET state/],
  ['thin-epochs', /^DELETE FROM epochs/],
  ['offsets', /^UPDATE epochs SET head/],
  ['load-chunks', /^SELECT id, data FROM chunks/],
  ['load-log', /^SELECT epoch, state FROM epochs/],
  ['load-outbox', /^SELECT epoch, checksum, head, outbox FROM epochs WHERE epoch >/],
  ['begin', /^BEGIN/],
  ['commit', /^COMMIT/],
];

const ON_TABLES = [
  ['create', /^CREATE TABLE/],
  ['claim', /^INSERT INTO .millrace_fence/],
  ['fence', /^UPDATE .millrace_fence. SET .epoch/],
  ['upserts', /^INSERT INTO/],
  ['deletes', /^DELETE FROM/],
  ['write-backs', /^(WITH v\(|UPDATE \(SELECT|UPDATE \S+ AS t )/],
  ['lookup', /^SELECT .* FROM .adm_zy_acct_sub_wechat_list. WHERE/],
  ['begin', /^(BEGIN|START TRANSACTION)/],
  ['commit', /^COMMIT/],
];

/** Names the statements of a process in their order. */
export class Statements {
  #databases;
  /** The phase of each open transaction, by connection. */
  #open = new Map();
  #claimed = new Set();
  #named = false;
  #opened = false;
  #wroteEpoch = false;

  /** @param {Readonly<Record<string, string>>} databases how the test calls the databases of tables, by file or name on the server */
  constructor(databases) {
    this.#databases = databases;
  }

  /**
   * The name of a statement that is about to be sent: its phase, and what it does. Phases are `opening` (of the checkpoint) and `checkpoint`, and for a
   * database that the test calls `database`: `database-claim` (the transaction that takes the fence), `database-again` (epochs that are applied again at
   * a start) and `database`.
   * @returns {string | undefined} undefined: it is none of those above
   */
  name({ connection, database, text }) {
    const place = this.#databases[database];
    if (place === undefined && !database.endsWith('/checkpoint.db')) return undefined;
    const what = (place === undefined ? ON_CHECKPOINT : ON_TABLES).find(([, form]) =>
      form.test(text.trimStart()),
    )?.[0];
    if (what === undefined) return undefined;
    const phase = place === undefined ? this.#ofCheckpoint(what) : this.#ofTables(place, connection, what);
    return `${phase}.${what}`;
  }

  #ofCheckpoint(what) {
    if (what === 'epoch') this.#wroteEpoch = true;
    if (what === 'parts') this.#named = true;
    if (what.startsWith('load-')) return 'checkpoint';
    const phase = this.#opened ? 'checkpoint' : 'opening';
    if (what === 'commit') this.#opened = this.#named;
    return phase;
  }

  #ofTables(place, connection, what) {
    if (what === 'create' || what === 'lookup') return place;
    if (what === 'begin') {
      const running = this.#wroteEpoch ? place : `${place}-again`;
      this.#open.set(connection, this.#claimed.has(place) ? running : `${place}-claim`);
    }
    const phase = this.#open.get(connection) ?? place;
    if (what === 'commit') this.#claimed.add(place);
    return phase;
  }
}
