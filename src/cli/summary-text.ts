import type { Summary } from '../runtime/summary.ts';

const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** A number as people read it: `1,234.5`. */
export const readable = (value: number): string => format.format(value);

/** `1 row`, `2 rows`. */
export const counted = (n: number, one: string): string => `${readable(n)} ${one}${n === 1 ? '' : 's'}`;

/** Rows that went to quarantine, over all sources. */
export const quarantinedIn = (summary: Summary): number =>
  Object.values(summary.sources).reduce((sum, source) => sum + source.quarantined, 0);

/** The first line of a summary: what this run did. */
export function summaryLine(summary: Summary): string {
  const { rows, epochs } = summary.run;
  const rate = summary.seconds > 0 ? ` (${readable(Math.round(rows / summary.seconds))} rows/s)` : '';
  return `${summary.job}: ${counted(rows, 'row')} in ${counted(epochs, 'epoch')}, ${readable(summary.seconds)} s${rate}`;
}

/** The summary for people: a line for the run, one for each source and table. */
export function summaryText(summary: Summary): string[] {
  const counts: (readonly [name: string, counts: Readonly<Record<string, number>>])[] = [
    ...Object.entries(summary.sources).map(([name, source]) => [name, { ...source }] as const),
    ...Object.entries(summary.tables).map(
      ([name, table]) => [name, { ...table, ...overtakenOf(summary, name) }] as const,
    ),
  ];
  const width = Math.max(0, ...counts.map(([name]) => name.length));
  return [
    summaryLine(summary),
    ...counts.map(([name, of]) => {
      const texts = Object.entries(of).map(([what, n]) => `${what} ${readable(n)}`);
      return `  ${name.padEnd(width)}  ${texts.join(', ')}`;
    }),
  ];
}

function overtakenOf(summary: Summary, table: string): { overtaken?: number } {
  const overtaken = summary.overtaken?.[table];
  return overtaken === undefined || overtaken === 0 ? {} : { overtaken };
}
