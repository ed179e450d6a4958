import { fitText, harmless, padText, textWidth } from './text-width.ts';

/** A column of a table to print. */
export interface TextColumn {
  readonly name: string;
  readonly align: 'left' | 'right';
}

const GAP = 2;
const LEAST = 6;

/** Widths that fit `room`: the widest columns give way first. */
function fitWidths(wanted: readonly number[], room: number): number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, w) => sum + w + GAP, -GAP) - room;
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] as number;
    if (width <= LEAST) break;
    widths[widest] = width - 1;
    over--;
  }
  return widths;
}

/**
 * Lines of a table: the names, a rule, the rows; none wider than `width` columns of a terminal.
 * Cells are shown without control characters.
 */
export function tableText(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const cells = rows.map((row) => columns.map((_, i) => harmless((row[i] ?? '').slice(0, 1000))));
  const wanted = columns.map((column, i) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[i] as string)), textWidth(column.name)),
  );
  const widths = fitWidths(wanted, width);
  const line = (texts: readonly string[]): string => {
    const parts = texts.map((text, i) => {
      const w = widths[i] as number;
      return padText(fitText(text, w), w, columns[i]?.align ?? 'left');
    });
    return fitText(parts.join(' '.repeat(GAP)).trimEnd(), width);
  };
  return [
    line(columns.map((column) => column.name)),
    line(widths.map((w) => '─'.repeat(w))),
    ...cells.map((row) => line(row)),
  ];
}
