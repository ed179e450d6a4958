import type { Epoch } from './epoch.ts';
import type { QuarantinedRow } from './quarantine.ts';

const NONE: readonly QuarantinedRow[] = [];

/** The rows of an epoch that cannot be applied, in order of arrival: not decoded, or found at fault. */
export function rejectedRows(epoch: Epoch): readonly QuarantinedRow[] {
  if (epoch.faults.size === 0 && epoch.parts.every(({ batch }) => batch.rejects.length === 0)) return NONE;
  const rows: (QuarantinedRow & { readonly seq: number })[] = [];
  for (const { source, firstSeq, batch } of epoch.parts) {
    const add = (i: number, reason: string, column: string | undefined) =>
      rows.push({
        source,
        file: batch.file(i),
        offset: batch.offset(i),
        reason,
        column,
        raw: batch.raw(i),
        epoch: epoch.number,
        seq: firstSeq + i,
      });
    for (const { index, reason, column } of batch.rejects) add(index, reason, column);
    for (const [seq, { reason, column }] of epoch.faults)
      if (seq >= firstSeq && seq < firstSeq + batch.n) add(seq - firstSeq, reason, column);
  }
  return rows.sort((a, b) => a.seq - b.seq).map(({ seq: _, ...row }) => row);
}
