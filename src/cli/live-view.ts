import type { LogScreen } from './log.ts';
import { fitText, textWidth } from './text-width.ts';

/** Milliseconds between two drawings. */
const PAUSE = 100;

/** Lines at the end of a terminal that are drawn over and over. */
export class LiveView implements LogScreen {
  readonly #stream: NodeJS.WriteStream;
  readonly #render: (columns: number, rows: number) => readonly string[];
  #shown: readonly string[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;

  /** `render` gives the lines for a terminal of so many columns and rows. */
  constructor(stream: NodeJS.WriteStream, render: (columns: number, rows: number) => readonly string[]) {
    this.#stream = stream;
    this.#render = render;
  }

  /** Draws what has changed, at most ten times a second. */
  update(): void {
    const now = performance.now();
    if (now - this.#drawnAt < PAUSE) return;
    this.#drawnAt = now;
    this.#draw();
  }

  aside(write: () => void): void {
    const shown = this.#shown.length > 0;
    if (shown) this.#stream.write(`${this.#up()}\u001b[J`);
    this.#shown = [];
    write();
    if (shown) this.#draw();
  }

  /** Takes away what is drawn, and leaves these lines in its place. */
  end(lines: readonly string[]): void {
    this.#replace(lines);
    this.#shown = [];
  }

  #draw(): void {
    const { columns, rows } = terminalSize(this.#stream);
    const lines = this.#render(columns, rows)
      .slice(0, Math.max(1, rows - 1))
      .map((line) => fitText(line, columns));
    this.#replace(lines);
    this.#shown = lines;
  }

  /** One write, each line over the old one: nothing flickers, no half-drawn picture is seen. */
  #replace(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\u001b[K\n`).join('');
    this.#stream.write(`${this.#up()}${text}\u001b[J`);
  }

  /** To the first line of what is drawn. A terminal that is narrower now has wrapped the lines. */
  #up(): string {
    if (this.#shown.length === 0) return '';
    const { columns } = terminalSize(this.#stream);
    const height = this.#shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)),
      0,
    );
    return `\u001b[${height}A\r`;
  }
}

/** Columns and rows of a stream's terminal; of `COLUMNS` and `LINES`, else 80 and 24, where it is none. */
export function terminalSize(stream: NodeJS.WriteStream): { columns: number; rows: number } {
  const size = (value: number | undefined, variable: string | undefined, otherwise: number): number => {
    const n = value || Number(variable);
    return Number.isInteger(n) && n > 0 ? n : otherwise;
  };
  return {
    columns: size(stream.columns, process.env.COLUMNS, 80),
    rows: size(stream.rows, process.env.LINES, 24),
  };
}
