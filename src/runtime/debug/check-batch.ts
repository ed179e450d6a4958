import { failed } from '../../errors.ts';
import { columnsOf } from '../../plan/derive/columns.ts';
import { upsertKeyOf } from '../../plan/derive/upsert-key.ts';
import type { Relation } from '../../plan/node.ts';
import type { Column } from '../../plan/schema.ts';
import { encodeKey, type KeyValue } from '../../values/key.ts';
import { decimalOf, type Row, type SqlType } from '../../values/sql-type.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../batch.ts';
import type { Epoch } from '../epoch.ts';

/** Where a node stands in the job, for messages. */
export const whereOf = ({ at, op }: Pick<Relation, 'at'> & { readonly op: string }): string =>
  `${at.file}:${at.line}: ${op}`;

/**
 * What must hold of every batch that a node makes: rows have the columns that the plan derives, each value of its type,
 * NULL only where the plan says so; arrays are equally long; appended rows come in order of arrival and from this epoch;
 * a keyed relation changes each key once, and no change moves a row to another key.
 * @throws MillraceError (exit 1) that names the operator
 */
export function batchCheck(node: Relation): (batch: Batch, epoch: Epoch) => void {
  const where = whereOf(node);
  const columns = new Map(columnsOf(node).map((column) => [column.name, column]));
  const key = upsertKeyOf(node);
  const keyOf = typeof key === 'string' ? undefined : encodeKey(key);
  const wants = (holds: boolean, what: string): void => {
    if (!holds) throw failed(`${where}: broken invariant: ${what}`);
  };

  function checkRow(row: Row): void {
    for (const [name, value] of Object.entries(row)) {
      const column = columns.get(name);
      wants(column !== undefined, `a row has a column '${name}' that the plan does not know`);
      // Columns of a source that nobody reads are not carried.
      if (value === undefined) continue;
      wants(isOf(value, column as Column), `column '${name}' holds ${typeof value} ${String(value)}`);
    }
  }

  function checkAppended({ n, ...arrays }: AppendBatch, { firstSeq, endSeq }: Epoch): void {
    const rows = arrays.rows.slice(0, n);
    const seqs = arrays.seqs.slice(0, n);
    wants(
      rows.length === n && seqs.length === n,
      `${n} rows are ${rows.length} with ${seqs.length} arrivals`,
    );
    rows.forEach(checkRow);
    seqs.forEach((seq, i) => {
      wants(seq >= firstSeq && seq < endSeq, `arrival ${seq} is of another epoch`);
      wants(i === 0 || (seqs[i - 1] as number) < seq, `arrival ${seq} comes too late`);
    });
  }

  function checkChanges(batch: ChangeBatch): void {
    const { n, before, after, beforeSeqs, afterSeqs, slots, settled, settledSeqs } = batch;
    wants(
      [before, after, beforeSeqs, afterSeqs, slots].every(({ length }) => length >= n),
      `an array of ${n} changes is shorter`,
    );
    wants(settled.length === settledSeqs.length, 'settled rows and their arrivals differ in number');
    const seen = new Set<KeyValue>();
    for (let i = 0; i < n; i++) {
      const old = before[i];
      const row = after[i];
      wants(old !== undefined || row !== undefined, 'a change has neither row');
      if (old !== undefined) checkRow(old);
      if (row !== undefined) checkRow(row);
      if (keyOf === undefined) continue;
      const of = keyOf((row ?? old) as Row);
      wants(!seen.has(of), `key ${String(of)} changes twice in an epoch`);
      seen.add(of);
      wants(old === undefined || row === undefined || keyOf(old) === of, `key ${String(of)} changes itself`);
    }
    settled.forEach(checkRow);
  }

  return (batch, epoch) => (batch.kind === 'append' ? checkAppended(batch, epoch) : checkChanges(batch));
}

function isOf(value: Row[string], { type, nullable }: Column): boolean {
  return value === null ? nullable : typeof value === kindOf(type);
}

function kindOf(type: SqlType): 'string' | 'boolean' | 'bigint' | 'number' {
  if (type === 'VARCHAR') return 'string';
  if (type === 'BOOLEAN') return 'boolean';
  return type === 'BIGINT(bigint)' || decimalOf(type) !== undefined ? 'bigint' : 'number';
}
