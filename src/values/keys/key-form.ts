import { generate, quoteName } from '../generate.ts';
import type { Row, Value } from '../sql-type.ts';
import { hashValue } from './key-hash.ts';

/** Values of one part of the keys, by slot; undefined in a slot that holds no key. */
export type KeyPart = (Value | undefined)[];

/** How keys are hashed, compared with the one in a slot, and kept there. */
export interface KeyForm<K> {
  hash(key: K): number;
  same(key: K, slot: number): boolean;
  keep(key: K, slot: number): void;
  /** What is kept: at least one part. */
  readonly parts: readonly KeyPart[];
}

/** A key that is one value. */
export function valueKey(): KeyForm<Value> {
  const values: KeyPart = [];
  return {
    hash: hashValue,
    same: (value, slot) => values[slot] === value,
    keep: (value, slot) => {
      values[slot] = kept(value);
    },
    parts: [values],
  };
}

/** The key of a row in these columns. NULL is a value, unlike any other; without columns all rows have one key. */
export function rowKey(columns: readonly string[]): KeyForm<Row> {
  const parts = columns.length === 0 ? [[]] : columns.map((): KeyPart => []);
  return { ...(generated(columns, parts) ?? closures(columns, parts)), parts };
}

type RowKey = Omit<KeyForm<Row>, 'parts'>;

function generated(columns: readonly string[], parts: readonly KeyPart[]): RowKey | undefined {
  const reads = columns.length === 0 ? ["''"] : columns.map((name) => `row[${quoteName(name)}]`);
  const hash = reads
    .map((read) => `hashValue(${read})`)
    .reduce((before, next) => `joined(${before},${next})`);
  const same = reads.map((read, i) => `part${i}[slot]===${read}`).join('&&');
  const keep = reads.map((read, i) => `part${i}[slot]=kept(${read});`).join('');
  const arrays = Object.fromEntries(parts.map((part, i) => [`part${i}`, part]));
  return generate<RowKey>(
    { hashValue, joined, kept, ...arrays },
    `return {hash:row=>${hash},same:(row,slot)=>${same},keep:(row,slot)=>{${keep}}}`,
    'The key of a row: its hash, its comparison with the one in a slot, its keeping there',
  );
}

function closures(columns: readonly string[], parts: readonly KeyPart[]): RowKey {
  const reads = columns.length === 0 ? [() => ''] : columns.map((name) => (row: Row) => row[name] as Value);
  return {
    hash: (row) => reads.map((read) => hashValue(read(row))).reduce(joined),
    same: (row, slot) => reads.every((read, i) => parts[i]?.[slot] === read(row)),
    keep: (row, slot) => {
      for (const [i, read] of reads.entries()) (parts[i] as KeyPart)[slot] = kept(read(row));
    },
  };
}

/** The hash of a key up to its next part. */
const joined = (before: number, next: number): number => (Math.imul(before, 31) + next) | 0;

/** −0 and 0 are one key. */
const kept = (value: Value): Value => (value === 0 ? 0 : value);
