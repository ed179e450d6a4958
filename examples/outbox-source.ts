// A source of one's own: the rows of an outbox, a SQL table to which an app adds its events with a growing id.
// In millrace.config.ts: sources: { sale: outbox({ client: 'mysql2', connection: process.env.OUTBOX, table: 'outbox' }) }
// In a project of your own, import from 'millrace' in place of '../src/index.ts', and install knex and mysql2.
import { setTimeout as sleep } from 'node:timers/promises';
import knex, { type Knex } from 'knex';
import { type RecordFeed, recordSource, type SourceConnector } from '../src/index.ts';

/** An outbox: `id` grows in the order in which rows become visible (one writer at a time), `event` is a JSON object. */
interface Outbox extends Pick<Knex.Config, 'client' | 'connection'> {
  readonly table: string;
}

/** Milliseconds between looks for more. */
const PAUSE = 200;

/** The connector: `open` is called when the job starts, with what the source's columns are and where the state stands. */
export const outbox = ({ table, ...database }: Outbox): SourceConnector => ({
  connector: 'own',
  open: (spec) =>
    recordSource(spec, {
      topic: table,
      label: `outbox ${table}`,
      open: (from) => rowsBehind(knex({ ...database, useNullAsDefault: true }), table, from.all ?? 0),
    }),
});

/** Gives the rows from an id on, some at a time, and waits where there is none. */
function rowsBehind(db: Knex, table: string, from: number): RecordFeed {
  const closing = new AbortController();
  let next = from;
  return {
    async next() {
      while (!closing.signal.aborted) {
        const rows = await db(table).where('id', '>=', next).orderBy('id').limit(1000).select('id', 'event');
        if (rows.length > 0) {
          next = Number(rows.at(-1).id) + 1;
          return rows.map(({ id, event }) => ({
            partition: 'all',
            offset: Number(id),
            raw: Buffer.from(event),
          }));
        }
        await sleep(PAUSE, undefined, { signal: closing.signal }).catch(() => {});
      }
      return null;
    },
    async close() {
      closing.abort();
      await db.destroy();
    },
  };
}
