// Seeded lines for the differential test: what a producer writes, what it should not, and what a broken disk makes of it.
import type { ColumnSchema } from '../../../src/plan/schema.ts';
import type { SqlType, Value } from '../../../src/values/sql-type.ts';
import { column } from './support.ts';

/** Numbers in [0, 1), the same for a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A line, and what it must be read as: values by column, or undefined where it is no row. `unknown`: whatever the slow path says. */
export interface FuzzLine {
  readonly bytes: Buffer;
  readonly expected: ReadonlyMap<string, Value> | undefined | 'unknown';
}

interface Json {
  readonly json: string;
  /** Undefined: no value of the column's type. */
  readonly value: Value | undefined;
}

const TYPES: readonly SqlType[] = [
  'BIGINT',
  'VARCHAR',
  'DOUBLE',
  'INT',
  'BIGINT(bigint)',
  'DECIMAL(12,3)',
  'BOOLEAN',
  'TIMESTAMP(3)',
  'DATE',
];
const NAMES = [
  'id',
  'order_no',
  'gmt_modified',
  '订单',
  'a b',
  '__proto__',
  'q"',
  'x',
  'constructor',
  'Ω',
  'n1',
  '',
];

/** A producer of lines: its own columns, order, blanks and habits. */
export function producer(seed: number): { readonly columns: readonly ColumnSchema[]; line(): FuzzLine } {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const chance = (p: number): boolean => next() < p;

  // Now and then so many that the scanner calls helpers.
  const more = chance(0.05) ? Array.from({ length: 45 }, (_, i) => `column_${i}`) : [];
  const columns = [...NAMES.slice(0, 1 + below(NAMES.length)), ...more].map((name) =>
    column(name, one(TYPES), { nullable: chance(0.8), from: one(['text', 'millis', 'seconds']) }),
  );
  const shuffled = <T>(of: readonly T[]): T[] =>
    of
      .map((value) => ({ value, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);
  const order = chance(0.5) ? columns : shuffled(columns);
  const colon = chance(0.7) ? ':' : ': ';
  const comma = chance(0.7) ? ',' : ', ';
  const wild = one([0, 0.02, 0.3]);
  const extra = chance(0.4);

  const digits = (n: number): string => Array.from({ length: n }, () => below(10)).join('');
  const text = (): string =>
    Array.from({ length: one([0, 1, 3, 8, 12, 31, 32, 33, 60]) }, () =>
      chance(0.8)
        ? String.fromCharCode(32 + below(95))
        : one(['王', 'é', '😀', '\u2028', '\ufffd', '\x7f', '߿', '￿']),
    ).join('');
  const quoted = (value: string): string =>
    chance(wild)
      ? `"${[...value].map((c) => (chance(0.2) ? [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join('') : JSON.stringify(c).slice(1, -1))).join('')}"`
      : JSON.stringify(value);
  const integer = (): string =>
    `${chance(0.1) ? '-' : ''}${chance(0.1) ? '0' : String(1 + below(9)) + digits(below(chance(0.9) ? 13 : 25))}`;
  /** An integer as written by others: with a point, with an exponent. */
  const dressed = (whole: string): string =>
    !chance(wild)
      ? whole
      : one([`${whole}.0`, `${whole}.000`, `${whole}e0`, `${whole}E-0`, `${whole}.5`, `${whole}e2`]);
  /** The value of a number's text × 10^scale, the plain way; undefined where it is no integer. */
  const exact = (json: string, scale: number): bigint | undefined => {
    const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
      json,
    ) as RegExpExecArray;
    const power = Number(exponent) + scale - fraction.length;
    const units = BigInt(`${whole}${fraction}`) * (sign ? -1n : 1n);
    if (power >= 0) return units * 10n ** BigInt(power);
    return units % 10n ** BigInt(-power) === 0n ? units / 10n ** BigInt(-power) : undefined;
  };
  const within = (value: bigint | undefined, limit: bigint): Value | undefined =>
    value !== undefined && value <= limit && value >= -limit ? Number(value) : undefined;

  function ofType({ type, from }: ColumnSchema): Json {
    switch (type) {
      case 'BIGINT': {
        const json = dressed(integer());
        return { json, value: within(exact(json, 0), 2n ** 53n - 1n) };
      }
      case 'INT': {
        const json = dressed(chance(0.9) ? String(below(2 ** 31)) : integer());
        const value = exact(json, 0);
        return { json, value: value === -(2n ** 31n) ? Number(value) : within(value, 2n ** 31n - 1n) };
      }
      case 'BIGINT(bigint)': {
        const json = dressed(integer());
        const value = exact(json, 0);
        return { json, value: value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined };
      }
      case 'DOUBLE': {
        const json = `${integer()}${chance(0.7) ? `.${digits(1 + below(chance(0.9) ? 4 : 18))}` : ''}${chance(wild) ? `e${one(['', '+', '-'])}${below(400)}` : ''}`;
        return { json, value: Number.isFinite(Number(json)) ? Number(json) : undefined };
      }
      case 'VARCHAR': {
        const value = text();
        return { json: quoted(value), value };
      }
      case 'BOOLEAN': {
        const value = chance(0.5);
        return { json: String(value), value };
      }
      case 'DATE': {
        const days = below(40_000);
        return { json: `"${new Date(days * 86_400_000).toISOString().slice(0, 10)}"`, value: days };
      }
      case 'TIMESTAMP(3)': {
        const millis = below(2 ** 41);
        if (from === 'text') return { json: `"${new Date(millis).toISOString()}"`, value: millis };
        return from === 'millis'
          ? { json: String(millis), value: millis }
          : { json: `${Math.floor(millis / 1000)}`, value: Math.floor(millis / 1000) * 1000 };
      }
      default: {
        const json = `${dressed(integer().slice(0, 11))}${''}`;
        const plain =
          json.includes('.') || json.includes('e') || json.includes('E')
            ? json
            : `${json}.${digits(1 + below(4))}`;
        const units = exact(plain, 3);
        const value = units !== undefined && units < 10n ** 12n && units > -(10n ** 12n) ? units : undefined;
        return { json: chance(0.5) ? plain : `"${plain}"`, value };
      }
    }
  }

  /** Something else: often of the wrong type, always a value of JSON. */
  const anything = (): string =>
    one([
      '{}',
      '[1,"]",{"a":2}]',
      '""',
      '"\\u0000"',
      '"\\ud800"',
      'true',
      '1e400',
      '0.5',
      '{"id":{"id":[]}}',
      '"1"',
      '-0',
      '12345678901234567890',
    ]);

  function line(): FuzzLine {
    const expected = new Map<string, Value>(columns.map(({ name }) => [name, null]));
    let good = true;
    let known = true;
    const members: string[] = [];
    const member = (name: string, json: string): void => {
      members.push(`${chance(wild / 4) ? quotedName(name) : JSON.stringify(name)}${colon}${json}`);
    };
    const quotedName = (name: string): string =>
      `"${[...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
    for (const of of chance(wild / 3) ? shuffled(order) : order) {
      if (extra && chance(0.2))
        member(`more${below(3)}`, chance(0.9) ? one(['1', '"x"', 'null', '"王"']) : anything());
      if (chance(0.1)) continue;
      if (chance(wild / 3)) {
        // Of a repeated member the last counts: this one never does.
        member(of.name, anything());
        member(of.name, 'null');
        continue;
      }
      if (chance(0.1)) {
        member(of.name, 'null');
        continue;
      }
      if (chance(wild / 4)) {
        member(of.name, anything());
        known = false;
        continue;
      }
      const { json, value } = ofType(of);
      member(of.name, json);
      if (value === undefined) good = false;
      else expected.set(of.name, value);
    }
    for (const { name, nullable } of columns) if (!nullable && expected.get(name) === null) good = false;
    const blanks = chance(wild / 4) ? () => one(['', ' ', '\t', '\r']) : () => '';
    let json = `{${members.map((json) => json + blanks()).join(comma)}}`;
    if (chance(0.05)) json += '\r';
    if (chance(wild / 8)) {
      known = false;
      json += one([' ', '\t\r', '\r\r', ' x', '}', ',', ' {}', '\0']);
    }
    let bytes: Buffer = Buffer.from(json);
    if (chance(wild / 2)) {
      known = false;
      bytes = broken(bytes);
    }
    return { bytes, expected: known ? (good ? expected : undefined) : 'unknown' };
  }

  /** A line with some bytes lost, changed or added. */
  function broken(bytes: Buffer): Buffer {
    const at = below(bytes.length + 1);
    switch (below(5)) {
      case 0:
        return bytes.subarray(0, at);
      case 1:
        return bytes.subarray(at);
      case 2:
        return Buffer.concat([bytes.subarray(0, at), Buffer.of(below(256)), bytes.subarray(at)]);
      case 3: {
        const changed = Buffer.from(bytes);
        if (at < changed.length) changed[at] = one([below(256), 34, 44, 58, 92, 123, 125, 10, 0, 0xed, 48]);
        return changed;
      }
      default:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(3))]);
    }
  }

  return { columns, line };
}
