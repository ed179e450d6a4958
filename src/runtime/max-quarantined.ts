import { failed } from '../errors.ts';
import type { QuarantinedRow } from './quarantine.ts';

/** @throws MillraceError (exit 1) where more rows are quarantined than may be. @param rejected those of the epoch that would be committed next */
export function refuseMore(
  count: number,
  rejected: readonly QuarantinedRow[],
  most = Number.POSITIVE_INFINITY,
): void {
  if (count <= most) return;
  const first = rejected[0] as QuarantinedRow;
  const where = `${first.source}${first.file === undefined ? '' : ` ${first.file}`} at ${first.offset}`;
  throw failed(
    `${count} rows are quarantined, more than --max-quarantined ${most}. The epoch was not committed. Its first: ${where}: ${first.reason}. Mend the rows, or raise the limit.`,
  );
}
