import type { TableChanges, WriteBack } from '../../connectors/database.ts';
import { columnsOf } from '../../plan/derive/columns.ts';
import { upsertKeyOf } from '../../plan/derive/upsert-key.ts';
import type { IntoNode } from '../../plan/node.ts';
import { sameRow } from '../../values/compare.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Answers } from '../answers.ts';
import type { Batch, ChangeBatch } from '../batch.ts';
import { blameOf } from '../blame.ts';
import type { Change, RowKind } from '../change.ts';
import type { Epoch } from '../epoch.ts';
import { rowFit } from '../fit.ts';
import type { TableCounts } from '../summary.ts';

/** What an epoch does to one table. */
export interface Effect {
  readonly changes: TableChanges;
  /** The same as a list of changes. To be asked for before the next try begins. */
  readonly list: () => readonly Change[];
  readonly counts: TableCounts;
}

/** The end of an output: turns changes into the net effect on the table, by primary key. */
export type Into = (input: Batch, epoch: Epoch) => Effect;

/**
 * @param answers where the job reads the table that it writes: what a write-back is compared with
 */
export function intoTable(node: IntoNode, answers: Answers | undefined): Into {
  const { table } = node;
  const conform = rowFit(table, columnsOf(node.input));
  const sameKey = sameRow(table.primaryKey);
  const same = sameRow(table.columns.map((column) => column.name));
  const blame = blameOf(node, node.input);
  const upsertKey = upsertKeyOf(node.input);
  // Where the upsert key is the whole primary key, no change moves a row to another key.
  const stays = Array.isArray(upsertKey) && table.primaryKey.every((column) => upsertKey.includes(column));
  const upserting = isUpsert(node);

  function change(net: NetEffect, before: Row | undefined, after: Row | undefined): void {
    const old = before && conform(before);
    const row = after && conform(after);
    if (row === undefined) {
      if (old !== undefined) net.delete(old);
    } else if (upserting) net.update(undefined, row);
    else if (old === undefined) net.insert(row);
    else if (stays || sameKey(old, row)) {
      if (!same(old, row)) net.update(old, row);
    } else {
      net.delete(old);
      net.insert(row);
    }
  }

  return (input, epoch) => {
    const { n, before, after, beforeSeqs, afterSeqs } = input as ChangeBatch;
    const net = new NetEffect();
    for (let i = 0; i < n; i++) {
      try {
        change(net, before[i], after[i]);
      } catch (error) {
        blame(epoch, (after[i] === undefined ? beforeSeqs[i] : afterSeqs[i]) as number, error);
      }
    }
    const list = () => {
      const listed = new NetEffect([]);
      for (let i = 0; i < n; i++) change(listed, before[i], after[i]);
      return listed.list as readonly Change[];
    };
    const { upserts, deletes, counts } = net;
    if (answers === undefined) return { changes: { table, upserts, deletes, writeBacks: [] }, list, counts };
    const writeBacks = upserts.map((row): WriteBack => ({ read: answers.of(row), row }));
    return { changes: { table, upserts: [], deletes, writeBacks }, list, counts };
  };
}

/** Does the table get `+U` alone? */
function isUpsert(node: IntoNode): boolean {
  let below = node.input;
  while (below.op === 'project') below = below.input;
  return below.op === 'upsert';
}

/** The net effect on a table under construction. */
class NetEffect {
  readonly upserts: Row[] = [];
  readonly deletes: Row[] = [];
  readonly counts = { inserted: 0, updated: 0, deleted: 0 };
  /** Every change, where they are wanted. */
  readonly list: Change[] | null;

  constructor(list: Change[] | null = null) {
    this.list = list;
  }

  insert(row: Row): void {
    this.#note('+I', row);
    this.upserts.push(row);
    this.counts.inserted++;
  }

  update(old: Row | undefined, row: Row): void {
    if (old !== undefined) this.#note('-U', old);
    this.#note('+U', row);
    this.upserts.push(row);
    this.counts.updated++;
  }

  delete(row: Row): void {
    this.#note('-D', row);
    this.deletes.push(row);
    this.counts.deleted++;
  }

  #note(kind: RowKind, row: Row): void {
    this.list?.push({ kind, row });
  }
}
