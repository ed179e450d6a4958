// The tables of the server: what Tablestore does with rows and conditions.
import type { OtsCell, OtsKeyType, OtsTable, OtsValue } from '../../../src/connectors/ots/ots-port.ts';
import { type Bound, LEAST, MOST, type ReadRow } from './plain-buffer.ts';

/** An error of Tablestore, with the HTTP status that a call with it has. */
export class ServerError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A condition on columns. */
export type Filter =
  | {
      readonly kind: 'column';
      readonly compare: 'equal' | 'not equal' | 'greater' | 'greater equal' | 'less' | 'less equal';
      readonly name: string;
      readonly value: OtsValue;
      readonly passIfMissing: boolean;
    }
  | { readonly kind: 'not' | 'and' | 'or'; readonly parts: readonly Filter[] };

export interface Condition {
  readonly exists: boolean | undefined;
  readonly filter: Filter | undefined;
}

export interface StoredRow {
  readonly key: readonly OtsCell[];
  readonly cells: Map<string, OtsValue>;
}

/** A table with its rows. */
export class ServerTable {
  readonly name: string;
  readonly key: readonly {
    readonly name: string;
    readonly type: OtsKeyType;
    readonly increments?: boolean;
  }[];
  readonly about: Omit<OtsTable, 'key'>;
  readonly rows = new Map<string, StoredRow>();

  constructor(name: string, key: OtsTable['key'], about: Partial<Omit<OtsTable, 'key'>> = {}) {
    this.name = name;
    this.key = key;
    this.about = { declared: [], timeToLive: -1, allowsUpdate: true, ...about };
  }

  /** Checks a primary key, and answers it as a text of its own. */
  id(key: readonly (readonly [string, Bound])[]): string {
    const typeOf = (value: Bound) =>
      typeof value === 'bigint' ? 'INTEGER' : typeof value === 'string' ? 'STRING' : 'BINARY';
    const fits =
      key.length === this.key.length &&
      key.every(([name, value], i) => name === this.key[i]?.name && typeOf(value) === this.key[i]?.type);
    if (!fits)
      throw new ServerError(
        'OTSInvalidPK',
        `Primary key schema mismatch: ${key.map(([name]) => name).join()}`,
      );
    for (const [name, value] of key)
      if (typeof value === 'string' && Buffer.byteLength(value) > 1024)
        throw new ServerError(
          'OTSParameterInvalid',
          `The length of primary key column: '${name}' exceeds 1024`,
        );
    return JSON.stringify(key.map(([, value]) => (typeof value === 'bigint' ? `${value}n` : value)));
  }

  put(row: readonly OtsCell[], cells: Iterable<OtsCell>): void {
    this.rows.set(this.id(row), { key: row, cells: new Map(cells) });
  }

  write(kind: 'put' | 'update' | 'delete', row: ReadRow, condition: Condition): void {
    const id = this.id(row.key);
    const held = this.rows.get(id);
    const { exists, filter } = condition;
    if (filter && count(filter) > 10) throw new ServerError('OTSParameterInvalid', 'Too many conditions');
    if (kind !== 'put' && exists === false)
      throw new ServerError('OTSParameterInvalid', 'Invalid condition: EXPECT_NOT_EXIST');
    const holds =
      (exists === undefined || exists === (held !== undefined)) &&
      (filter === undefined || (held !== undefined && passes(filter, held)));
    if (!holds) throw new ServerError('OTSConditionCheckFail', 'Condition check failed.', 403);
    const key = row.key as readonly OtsCell[];
    if (kind === 'delete') this.rows.delete(id);
    else {
      const cells = new Map(kind === 'put' ? [] : held?.cells);
      if (kind === 'update' && row.cells.length === 0)
        throw new ServerError('OTSParameterInvalid', 'No attribute column to update');
      if (kind === 'update' && !this.about.allowsUpdate)
        throw new ServerError('OTSParameterInvalid', 'UpdateRow is not allowed');
      for (const cell of row.cells) {
        if (cell.delete) cells.delete(cell.name);
        else cells.set(cell.name, cell.value as OtsValue);
      }
      // Deleting columns of a row that is not there makes no row.
      if (held || kind === 'put' || cells.size > 0) this.rows.set(id, { key, cells });
    }
  }

  /** Rows in primary key order from a key on. */
  from(start: readonly Bound[]): StoredRow[] {
    return [...this.rows.values()]
      .filter(
        ({ key }) =>
          order(
            key.map(([, value]) => value),
            start,
          ) >= 0,
      )
      .sort((a, b) => order(values(a), values(b)));
  }
}

const values = ({ key }: StoredRow): OtsValue[] => key.map(([, value]) => value);

function order(a: readonly Bound[], b: readonly Bound[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = compare(a[i] as Bound, b[i] as Bound);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compare(a: Bound, b: Bound): number {
  if (a === LEAST || b === MOST) return -1;
  if (a === MOST || b === LEAST) return 1;
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return a < b ? -1 : a > b ? 1 : 0;
}

const count = (filter: Filter): number =>
  filter.kind === 'column' ? 1 : filter.parts.reduce((sum, part) => sum + count(part), 0);

function passes(filter: Filter, row: StoredRow): boolean {
  switch (filter.kind) {
    case 'not':
      return !passes(filter.parts[0] as Filter, row);
    case 'and':
      return filter.parts.every((part) => passes(part, row));
    case 'or':
      return filter.parts.some((part) => passes(part, row));
    case 'column': {
      const held = row.cells.get(filter.name) ?? new Map(row.key).get(filter.name);
      if (held === undefined) return filter.passIfMissing;
      if (typeof held !== typeof filter.value) return filter.compare === 'not equal';
      const difference = compare(held, filter.value);
      switch (filter.compare) {
        case 'equal':
          return difference === 0;
        case 'not equal':
          return difference !== 0;
        case 'greater':
          return difference > 0;
        case 'greater equal':
          return difference >= 0;
        case 'less':
          return difference < 0;
        case 'less equal':
          return difference <= 0;
      }
    }
  }
}
