import { closeSync, openSync, writeSync } from 'node:fs';
import { random } from './random.ts';
import type { MakeEvent, Shape } from './shape.ts';

const SEED = 20250115;

/** The events of a data set: always the same. */
export function* events<E>(make: MakeEvent<E>, { rows }: Shape): Generator<E> {
  const numbers = random(SEED);
  for (let i = 0; i < rows; i++) yield make(i, numbers);
}

/** Writes the events of a data set as NDJSON. */
export function writeEvents<E>(file: string, make: MakeEvent<E>, shape: Shape): void {
  const to = openSync(file, 'w');
  let lines = '';
  for (const event of events(make, shape)) {
    lines += `${JSON.stringify(event)}\n`;
    if (lines.length > 1 << 20) {
      writeSync(to, lines);
      lines = '';
    }
  }
  writeSync(to, lines);
  closeSync(to);
}
