// What happened to the dimension and the alerts, in order: triggers write it down, in the transaction of whoever writes.
import type { TestDatabase } from '../databases.ts';
import type { DimensionRow } from './second-writer-inputs.ts';

/** A row of the dimension that became another; null: there was, or is, none. */
export interface DimensionChange {
  readonly n: number;
  readonly id: number;
  readonly before: DimensionRow | null;
  readonly after: DimensionRow | null;
}

/** An alert as it was written. */
export interface AlertWritten {
  readonly n: number;
  readonly id: number;
  readonly raw: DimensionRow;
  readonly now: DimensionRow;
}

/** `n` counts up over all three lists; those of one transaction lie between its begin and its end. */
export interface History {
  readonly changes: readonly DimensionChange[];
  readonly alerts: readonly AlertWritten[];
  /** Moves of the fence: the first statement of each epoch's transaction. */
  readonly fences: readonly { readonly n: number; readonly epoch: number }[];
}

const DIMENSION = 'adm_zy_acct_sub_wechat_list';
const ALERTS = 'wechat_activity_user';
const NOTHING = ['NULL', 'NULL', 'NULL'];
const rowOf = (which: 'OLD' | 'NEW'): readonly string[] => [
  `${which}.id`,
  `${which}.raw_premium`,
  `${which}.raw_info`,
];
const ALERT = [
  ...["'alert'", 'NEW.id', 'NEW.raw_premium', 'NEW.raw_info'],
  ...['NEW.id', 'NEW.now_premium', 'NEW.now_info'],
];

/** Begins to write the history down: dimension, alerts and fence are there already. */
export async function keepHistory({ kind, sql }: TestDatabase): Promise<void> {
  const key = {
    sqlite: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    mysql: 'BIGINT AUTO_INCREMENT PRIMARY KEY',
    postgres: 'BIGSERIAL PRIMARY KEY',
  }[kind];
  const binary = kind === 'mysql' ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : '';
  const text = kind === 'mysql' ? 'VARCHAR(100)' : 'TEXT';
  await sql(
    `CREATE TABLE history (n ${key}, what ${text}, a BIGINT, b ${text}, c ${text}, d BIGINT, e ${text}, f ${text})${binary}`,
  );
  const triggers: readonly (readonly [table: string, event: string, values: readonly string[]])[] = [
    [DIMENSION, 'INSERT', ["'dimension'", ...NOTHING, ...rowOf('NEW')]],
    [DIMENSION, 'UPDATE', ["'dimension'", ...rowOf('OLD'), ...rowOf('NEW')]],
    [DIMENSION, 'DELETE', ["'dimension'", ...rowOf('OLD'), ...NOTHING]],
    [ALERTS, 'INSERT', ALERT],
    [ALERTS, 'UPDATE', ALERT],
    ['millrace_fence', 'UPDATE', ["'fence'", 'OLD.epoch', 'NULL', 'NULL', 'NEW.epoch', 'NULL', 'NULL']],
  ];
  for (const [i, [table, event, values]] of triggers.entries()) {
    const insert = `INSERT INTO history (what, a, b, c, d, e, f) VALUES (${values.join(', ')})`;
    const head = `CREATE TRIGGER note_${i} AFTER ${event} ON ${table} FOR EACH ROW`;
    if (kind === 'postgres') {
      await sql(
        `CREATE FUNCTION noted_${i}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${insert}; RETURN NULL; END $$`,
      );
      await sql(`${head} EXECUTE FUNCTION noted_${i}()`);
    } else await sql(kind === 'mysql' ? `${head} ${insert}` : `${head} BEGIN ${insert}; END`);
  }
}

/** The history so far. */
export async function readHistory({ sql }: TestDatabase): Promise<History> {
  const rows = (await sql('SELECT n, what, a, b, c, d, e, f FROM history ORDER BY n')).map(
    ({ n, what, a, b, c, d, e, f }) => ({
      n: Number(n),
      what,
      before: sideOf(a, b, c),
      after: sideOf(d, e, f),
    }),
  );
  const of = (kind: string) => rows.filter(({ what }) => what === kind);
  return {
    changes: of('dimension').map(({ n, before, after }) => ({
      n,
      id: (before ?? after)?.id as number,
      before: before?.row ?? null,
      after: after?.row ?? null,
    })),
    alerts: of('alert').map(({ n, before, after }) => ({
      n,
      id: before?.id as number,
      raw: before?.row as DimensionRow,
      now: after?.row as DimensionRow,
    })),
    // A claim locks the fence by an update that leaves it where it is.
    fences: of('fence').flatMap(({ n, before, after }) =>
      before?.id === after?.id ? [] : [{ n, epoch: after?.id as number }],
    ),
  };
}

function sideOf(id: unknown, premium: unknown, info: unknown): { id: number; row: DimensionRow } | null {
  if (id === null) return null;
  return { id: Number(id), row: { premium: premium as string | null, info: info as string | null } };
}
