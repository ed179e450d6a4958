// An operator on its own: pushes of changes in, changes out.
import { inspect } from 'node:util';
import { columnsOf } from '../../../src/plan/derive/columns.ts';
import type { Relation, SourceNode } from '../../../src/plan/node.ts';
import type { ColumnSchema } from '../../../src/plan/schema.ts';
import { Answers } from '../../../src/runtime/answers.ts';
import type { Batch } from '../../../src/runtime/batch.ts';
import { ChangeBuffer } from '../../../src/runtime/change-buffer.ts';
import type { Compiling } from '../../../src/runtime/compiling.ts';
import type { Epoch } from '../../../src/runtime/epoch.ts';
import type { Operator } from '../../../src/runtime/operator.ts';
import { calendar } from '../../../src/values/calendar.ts';
import type { Row, SqlType } from '../../../src/values/sql-type.ts';

const WHOLE = { depth: null, maxArrayLength: null, maxStringLength: null };

export const at = { file: 'jobs/test.ts', line: 1 };

/** A source of these columns, all nullable. */
export function sourceOf(columns: Readonly<Record<string, SqlType>>): SourceNode {
  const all = Object.entries(columns).map(
    ([name, type]): ColumnSchema => ({ name, type, nullable: true, length: null, from: 'text' }),
  );
  return { op: 'source', at, source: { kind: 'source', name: 's', columns: all, options: {} } };
}

/** A change with the arrival of its row: `['+I', { id: 1 }, 5]`. A `-U` and the `+U` behind it are one entry. */
export type Push = readonly [kind: '+I' | '-U' | '+U' | '-D' | 'settled', row: Row, seq: number];

/** What an operator is told, where a test says nothing else. */
export function compiling(over: Partial<Compiling> = {}): Compiling {
  return {
    environment: { clock: { now: 0, startOfToday: 0, startOfHour: 0 }, calendar: calendar('Asia/Shanghai') },
    columnsOf,
    arrivalCounts: () => false,
    retracts: () => true,
    intakeOf: () => () => {},
    databaseOf: () => {
      throw new Error('no database here');
    },
    answersOf: (lookup) => new Answers(lookup, columnsOf(lookup.input)),
    writeBackOf: () => undefined,
    signal: new AbortController().signal,
    ...over,
  };
}

export function changesOf(pushes: readonly Push[]): Batch {
  const batch = new ChangeBuffer();
  pushes.forEach(([kind, row, seq], i) => {
    if (kind === 'settled') {
      batch.settle(row, seq);
    } else if (kind === '+I') batch.add(undefined, row, -1, seq, -1);
    else if (kind === '-D') batch.add(row, undefined, seq, -1, -1);
    else if (kind === '+U') {
      const [before, old, oldSeq] = pushes[i - 1] as Push;
      if (before !== '-U') throw new Error('+U stands behind its -U');
      batch.add(old, row, oldSeq, seq, -1);
    }
  });
  return batch;
}

export const appendOf = (rows: readonly Row[], firstSeq = 0): Batch => ({
  kind: 'append',
  n: rows.length,
  rows,
  seqs: rows.map((_, i) => firstSeq + i),
});

/** A batch as a list of changes. */
export function listOf(batch: Batch): Push[] {
  if (batch.kind === 'append')
    return batch.rows.slice(0, batch.n).map((row, i): Push => ['+I', row, batch.seqs[i] as number]);
  const list = batch.settled.map((row, i): Push => ['settled', row, batch.settledSeqs[i] as number]);
  batch.before.slice(0, batch.n).forEach((before, i) => {
    const after = batch.after[i];
    const beforeSeq = batch.beforeSeqs[i] as number;
    const afterSeq = batch.afterSeqs[i] as number;
    if (before !== undefined && after !== undefined)
      list.push(['-U', before, beforeSeq], ['+U', after, afterSeq]);
    else if (before !== undefined) list.push(['-D', before, beforeSeq]);
    else if (after !== undefined) list.push(['+I', after, afterSeq]);
  });
  return list;
}

export function epochOf(number: number, clock = number): Epoch {
  return {
    number,
    clock,
    parts: [],
    firstSeq: 0,
    endSeq: 1_000_000,
    deletes: new Set(),
    faults: new Map(),
    spoilt: false,
    applied: new Uint8Array(1_000_000),
    wroteFor: new Map(),
  };
}

/** Runs an operator over epochs. Each epoch is computed twice, the first time taken back: it must leave no trace. */
export class Bench {
  readonly #operator: Operator;
  #epoch = 0;
  constructor(operator: Operator) {
    this.#operator = operator;
  }

  /** The changes that an epoch's batch makes, with rows and kinds alone. */
  async epoch(input: Batch, clock?: number): Promise<[string, Row][]> {
    return (await this.epochWithArrivals(input, clock)).map(([kind, row]) => [kind, row]);
  }

  async epochWithArrivals(input: Batch, clock?: number): Promise<Push[]> {
    this.#epoch++;
    const epoch = () => epochOf(this.#epoch, clock);
    const first = listOf(await this.#operator.apply(input, epoch()));
    this.#operator.state?.rollback();
    const open = epoch();
    const second = listOf(await this.#operator.apply(input, open));
    if (inspect(first, WHOLE) !== inspect(second, WHOLE))
      throw new Error(
        `taken back and computed again: ${inspect(second, WHOLE)}, not ${inspect(first, WHOLE)}`,
      );
    this.#operator.state?.commit(open);
    return second;
  }
}

/** Changes of pushes, as one call. */
export const pushed = (bench: Bench, ...pushes: readonly Push[]): Promise<[string, Row][]> =>
  bench.epoch(changesOf(pushes));

export type { Relation };
