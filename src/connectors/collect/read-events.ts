import { isUtf8 } from 'node:buffer';
import type { SourceSchema } from '../../plan/schema.ts';
import { Fault } from '../format/fault.ts';
import { type JsonLine, lineReader, parseLine } from '../format/json-row.ts';
import { arrayElements } from './array-elements.ts';
import type { Events } from './event-store.ts';
import { Refusal } from './refusal.ts';

/** How a body holds events: one object or an array of objects; or lines. */
export type BodyForm = 'json' | 'ndjson';

/** Faults that an answer names. */
const MOST_FAULTS = 20;

/**
 * Reads the events of a body for a source, by the rules of its NDJSON files: what is taken here is a row there.
 *
 * The function throws a Refusal (400) that names the events at fault: all are taken, or none.
 */
export function eventReader({ name, columns }: SourceSchema): (body: Buffer, form: BodyForm) => Events {
  const read = lineReader(columns, []);
  const faultOf = (line: JsonLine | Fault): Fault | undefined => {
    const row = line instanceof Fault ? line : read(line);
    return row instanceof Fault ? row : undefined;
  };
  return (body, form) => {
    if (!isUtf8(body)) throw new Refusal(400, 'the body is not valid UTF-8');
    const texts = form === 'json' ? jsonTexts(body.toString()) : lineTexts(body.toString());
    const faults: object[] = [];
    let n = 0;
    texts.forEach((text, index) => {
      const fault = faultOf(parseLine(text));
      if (fault && n++ < MOST_FAULTS)
        faults.push({
          index,
          ...(fault.column === undefined ? {} : { column: fault.column }),
          reason: fault.reason,
        });
    });
    if (n > 0)
      throw new Refusal(
        400,
        `${n} of ${texts.length} event${texts.length === 1 ? '' : 's'} cannot be a row of ${name}: nothing is stored`,
        { body: { events: faults, ...(n > MOST_FAULTS ? { more: n - MOST_FAULTS } : {}) } },
      );
    return { count: texts.length, lines: Buffer.from(texts.map((text) => `${oneLine(text)}\n`).join('')) };
  };
}

function jsonTexts(text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `the body is not valid JSON: ${(error as Error).message}`);
  }
  return Array.isArray(value) ? arrayElements(text) : [text.trim()];
}

const lineTexts = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** In valid JSON a line's end stands between tokens only. */
const oneLine = (text: string): string =>
  /[\r\n]/.test(text) ? text.replaceAll(/[\r\n]/g, ' ').trimEnd() : text;
