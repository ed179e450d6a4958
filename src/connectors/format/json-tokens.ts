// Ends of JSON tokens in the bytes of a line. -1: leave the line to JSON.parse.
import { utf8Text } from './short-text.ts';
import { textFault } from './text-fault.ts';

const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const POINT = 46;

/** The place of the closing quote of the text whose content begins at `at`; -1 also for bytes beyond ASCII where they may be no UTF-8. */
export function textEnd(bytes: Buffer, at: number, utf8: boolean): number {
  let bits = 0;
  let i = at;
  for (;;) {
    const c = bytes[i] as number;
    if (c === QUOTE) return bits > 127 && !utf8 ? -1 : i;
    if (c < 32) return -1;
    bits |= c;
    if (c === BACKSLASH && (bytes[++i] as number) < 32) return -1;
    i++;
  }
}

function hasEscape(bytes: Buffer, from: number, to: number): boolean {
  let i = from;
  while (i < to && bytes[i] !== BACKSLASH) i++;
  return i < to;
}

/** The text whose content, perhaps with escapes, is in [from, to); undefined where it is none that a table can hold. */
export function textOf(bytes: Buffer, from: number, to: number): string | undefined {
  return hasEscape(bytes, from, to) ? escapedText(bytes, from, to) : utf8Text(bytes, from, to);
}

/** The text whose content with escapes is in [from, to); undefined where it is none that a table can hold. */
export function escapedText(bytes: Buffer, from: number, to: number): string | undefined {
  const text = parsed(bytes, from - 1, to + 1);
  return typeof text === 'string' && textFault(text) === undefined ? text : undefined;
}

/** The value of JSON in [from, to); undefined where it is not valid. */
function parsed(bytes: Buffer, from: number, to: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', from, to));
  } catch {
    return undefined;
  }
}

/** The place after the number that begins at `at`, of JSON's grammar. */
export function numberEnd(bytes: Buffer, at: number): number {
  let i = bytes[at] === MINUS ? at + 1 : at;
  const whole = digitsEnd(bytes, i);
  if (whole < 0 || (bytes[i] === ZERO && whole > i + 1)) return -1;
  i = whole;
  if (bytes[i] === POINT) {
    i = digitsEnd(bytes, i + 1);
    if (i < 0) return -1;
  }
  if (((bytes[i] as number) | 32) === 101 /* e, E */) {
    i++;
    if (bytes[i] === MINUS || bytes[i] === 43 /* + */) i++;
    i = digitsEnd(bytes, i);
  }
  return i;
}

/** The place after at least one digit. */
function digitsEnd(bytes: Buffer, at: number): number {
  let i = at;
  while ((bytes[i] as number) >= ZERO && (bytes[i] as number) <= NINE) i++;
  return i > at ? i : -1;
}

/** The place after the JSON value that begins at `at`, whatever it is. */
export function valueEnd(bytes: Buffer, at: number, utf8: boolean): number {
  switch (bytes[at]) {
    case QUOTE: {
      const end = textEnd(bytes, at + 1, utf8);
      if (end < 0) return -1;
      return hasEscape(bytes, at, end) && parsed(bytes, at, end + 1) === undefined ? -1 : end + 1;
    }
    case 123 /* { */:
    case 91 /* [ */:
      {
        const end = nestedEnd(bytes, at, utf8);
        return end < 0 || parsed(bytes, at, end) === undefined ? -1 : end;
      }
    case 116 /* t */:
      return wordEnd(bytes, at, TRUE);
    case 102 /* f */:
      return wordEnd(bytes, at, FALSE);
    case 110 /* n */:
      return wordEnd(bytes, at, NULL);
    default:
      return numberEnd(bytes, at);
  }
}

/** The place after the bracket that closes the one at `at`, if all between is in order. */
function nestedEnd(bytes: Buffer, at: number, utf8: boolean): number {
  let depth = 0;
  let i = at;
  do {
    const c = bytes[i] as number;
    if (c === NEWLINE) return -1;
    if (c === QUOTE) {
      i = textEnd(bytes, i + 1, utf8);
      if (i < 0) return -1;
    } else if (c === 123 || c === 91) depth++;
    else if (c === 125 || c === 93) depth--;
    i++;
  } while (depth > 0);
  return i;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

function wordEnd(bytes: Buffer, at: number, word: Buffer): number {
  return sameBytes(bytes, at, word) ? at + word.length : -1;
}

/** Whether these bytes stand at `at`. */
export function sameBytes(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}
