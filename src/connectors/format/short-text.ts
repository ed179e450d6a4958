// Short texts from bytes. A call into Node's decoder costs 60 to 90 ns whatever the length, String.fromCharCode of n arguments about n.
import { generate } from '../../values/generate.ts';

type Codes = Uint8Array | Uint16Array;
type FromCodes = (codes: Codes, at: number, length: number) => string;

/** Longest text, in UTF-16 units, that is made from its codes. */
const SHORT = 32;

/** A `String.fromCharCode` for each length. Each caller has its own, so that it sees one kind of array. */
function fromCodes(): FromCodes {
  const cases = Array.from({ length: SHORT + 1 }, (_, length) => {
    const codes = Array.from({ length }, (_, i) => `b[p+${i}]`);
    return `case ${length}:return f(${codes.join(',')});`;
  });
  const generated = generate<FromCodes>(
    { f: String.fromCharCode },
    `return function short(b,p,n){switch(n){${cases.join('')}}}`,
    'A short text from its codes',
  );
  return generated ?? ((codes, at, length) => String.fromCharCode(...codes.subarray(at, at + length)));
}

const fromAscii = fromCodes();
const fromUnits = fromCodes();

/** The text of ASCII bytes in [from, to). */
export function asciiText(bytes: Buffer, from: number, to: number): string {
  return to - from > SHORT ? bytes.toString('latin1', from, to) : fromAscii(bytes, from, to - from);
}

const units = new Uint16Array(SHORT);

/** The text of valid UTF-8 in [from, to). */
export function utf8Text(bytes: Buffer, from: number, to: number): string {
  if (to - from > SHORT) return bytes.toString('utf8', from, to);
  let n = 0;
  let i = from;
  while (i < to) {
    const c = bytes[i++] as number;
    if (c < 0x80) units[n++] = c;
    else if (c < 0xe0) units[n++] = ((c & 31) << 6) | rest(bytes, i++);
    else if (c < 0xf0) units[n++] = ((c & 15) << 12) | (rest(bytes, i++) << 6) | rest(bytes, i++);
    else {
      const point = ((c & 7) << 18) | (rest(bytes, i++) << 12) | (rest(bytes, i++) << 6) | rest(bytes, i++);
      units[n++] = 0xd7c0 + (point >> 10);
      units[n++] = 0xdc00 + (point & 0x3ff);
    }
  }
  return fromUnits(units, 0, n);
}

const rest = (bytes: Buffer, at: number): number => (bytes[at] as number) & 63;
