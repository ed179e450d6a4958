import type { ColumnSchema } from '../../plan/schema.ts';
import { expects, type Layout, layoutOf, merge } from './json-layout.ts';
import type { JsonLine } from './json-row.ts';
import { type Scan, scannerOf } from './json-scanner.ts';

/** So often it learns how a producer writes; each time the lines of the same unknown layout it waits for are 16 times as many. */
const MOST_LESSONS = 6;

/** A scanner that learns the order of members and the blanks between them from the lines that are a surprise to it. */
export class LearningScanner {
  readonly #columns: readonly ColumnSchema[];
  readonly #keep: readonly string[];
  #layout: Layout;
  #scan: Scan | undefined;
  #lessons = 0;
  #strangers = 0;

  constructor(columns: readonly ColumnSchema[], keep: readonly string[]) {
    this.#columns = columns;
    this.#keep = keep;
    this.#layout = { names: columns.map(({ name }) => name), colon: ':', comma: ',' };
    this.#scan = scannerOf(columns, keep, this.#layout);
  }

  /** What reads a line now; undefined where the process forbids code generation. */
  get scan(): Scan | undefined {
    return this.#scan;
  }

  /** Takes note of a line that was a surprise, and was read in the long way. */
  learn(line: JsonLine): void {
    if (!this.#scan || this.#lessons === MOST_LESSONS) return;
    if (expects(this.#layout, line)) return;
    const seen = layoutOf(line);
    if (!seen) return;
    this.#strangers++;
    if (this.#strangers < 16 ** this.#lessons) return;
    this.#strangers = 0;
    this.#lessons++;
    this.#layout = merge(this.#layout, seen);
    this.#scan = scannerOf(this.#columns, this.#keep, this.#layout);
  }
}
