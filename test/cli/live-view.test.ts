import { expect, test } from '@jest/globals';
import { LiveView } from '../../src/cli/live-view.ts';

/** A terminal of so many columns and rows that keeps what it is sent, and what its screen shows. */
class Terminal {
  columns: number;
  rows: number;
  sent = '';
  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }
  write(text: string): boolean {
    this.sent += text;
    return true;
  }
  /** The lines of the screen: obeys line ends, `up`, `clear the rest of the line` and `of the screen`. */
  get screen(): string[] {
    const lines = [''];
    let at = 0;
    let column = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own language
    for (const [part, up] of this.sent.matchAll(/\u001b\[(\d+)A|\u001b\[[JK]|\r|\n|[^\u001b\r\n]+/g)) {
      const line = lines[at] ?? '';
      if (up !== undefined) at -= Number(up);
      else if (part === '\u001b[K') lines[at] = line.slice(0, column);
      else if (part === '\u001b[J') lines.splice(at, lines.length, line.slice(0, column));
      else if (part === '\r') column = 0;
      else if (part === '\n') {
        at++;
        column = 0;
        lines[at] ??= '';
      } else {
        lines[at] = line.slice(0, column) + part + line.slice(column + part.length);
        column += part.length;
      }
    }
    return lines;
  }
}

const viewOf = (terminal: Terminal, render: (columns: number, rows: number) => readonly string[]): LiveView =>
  new LiveView(terminal as unknown as NodeJS.WriteStream, render);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a picture that became smaller leaves nothing of the old one', async () => {
  const terminal = new Terminal(20, 9);
  let lines = ['a long line', 'second', 'third'];
  const view = viewOf(terminal, () => lines);
  view.update();
  lines = ['short'];
  await pause(120);
  view.update();
  expect(terminal.screen).toEqual(['short', '']);
});

test('draws in place, at most ten times a second', async () => {
  const terminal = new Terminal(20, 5);
  let n = 0;
  const view = viewOf(terminal, () => [`n ${++n}`, '----']);
  for (let i = 0; i < 50; i++) view.update();
  expect(n).toBe(1);
  await pause(120);
  view.update();
  expect(terminal.screen).toEqual(['n 2', '----', '']);
});

test('what else is written stands above; the last picture stays', () => {
  const terminal = new Terminal(20, 5);
  const view = viewOf(terminal, () => ['picture']);
  view.update();
  view.aside(() => terminal.write('a notice\n'));
  expect(terminal.screen).toEqual(['a notice', 'picture', '']);
  view.end(['the end']);
  expect(terminal.screen).toEqual(['a notice', 'the end', '']);
});

test('fits the terminal: never as many lines as it has, none wider', () => {
  const terminal = new Terminal(8, 4);
  const view = viewOf(terminal, () => ['1234567890', '北京北京北京', '3', '4', '5']);
  view.update();
  expect(terminal.screen).toEqual(['1234567…', '北京北…', '3', '']);
});

test('a terminal that became narrower has wrapped the lines: they all go', async () => {
  const terminal = new Terminal(20, 9);
  const view = viewOf(terminal, () => ['x'.repeat(20), 'y']);
  view.update();
  terminal.columns = 10;
  await pause(120);
  view.update();
  expect(terminal.sent).toContain('\u001b[3A');
});
