// Ends of JSON tokens in bytes, for members that are not columns and columns that are read from their text. -1: leave the line to JSON.parse.

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const POINT = 46;

/** The place of the closing quote of a text without escapes whose content begins at `at`; -1 also where bytes beyond ASCII are not allowed. */
export function textEnd(bytes: Buffer, at: number, beyondAscii: boolean): number {
  let bits = 0;
  let i = at;
  for (;;) {
    const c = bytes[i] as number;
    if (c === QUOTE) return bits > 127 && !beyondAscii ? -1 : i;
    if (c < 32 || c === BACKSLASH) return -1;
    bits |= c;
    i++;
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

/** The place after the text, number, `true`, `false` or `null` that begins at `at`. */
export function scalarEnd(bytes: Buffer, at: number, beyondAscii: boolean): number {
  switch (bytes[at]) {
    case QUOTE: {
      const end = textEnd(bytes, at + 1, beyondAscii);
      return end < 0 ? -1 : end + 1;
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

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

function wordEnd(bytes: Buffer, at: number, word: Buffer): number {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1;
  return at + word.length;
}
