// LIKE: % any text, _ one code point, \ takes the next character as it is (a last \ itself).

/** One code point, or null: any one. */
type Piece = readonly (string | null)[];

/** The test of a pattern; the whole text must match. Without `_` its time is linear in the text. */
export function likeTest(pattern: string): (text: string) => boolean {
  const pieces = piecesOf(pattern);
  if (pieces.some((piece) => piece.includes(null))) return byCodePoint(pieces);
  return byText(pieces.map((piece) => piece.join('')));
}

/** What stands between the %. */
function piecesOf(pattern: string): readonly Piece[] {
  const pieces: (string | null)[][] = [];
  let piece: (string | null)[] = [];
  let escaped = false;
  for (const char of pattern) {
    if (!escaped && char === '\\') {
      escaped = true;
      continue;
    }
    if (!escaped && char === '%') {
      pieces.push(piece);
      piece = [];
    } else piece.push(!escaped && char === '_' ? null : char);
    escaped = false;
  }
  if (escaped) piece.push('\\');
  return [...pieces, piece];
}

// The first piece stands at the start, the last at the end; each between them is taken where it first fits.

function byText(pieces: readonly string[]): (text: string) => boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    let at = first.length;
    if (at > end || !text.startsWith(first) || !text.endsWith(last)) return false;
    for (const piece of others) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= end;
  };
}

function byCodePoint(pieces: readonly Piece[]): (text: string) => boolean {
  const [first = [], ...others] = pieces;
  const last = others.pop();
  return (text) => {
    const chars = Array.from(text);
    if (last === undefined) return chars.length === first.length && fits(chars, 0, first);
    const end = chars.length - last.length;
    let at = first.length;
    if (at > end || !fits(chars, 0, first) || !fits(chars, end, last)) return false;
    for (const piece of others) {
      while (at + piece.length <= end && !fits(chars, at, piece)) at++;
      if (at + piece.length > end) return false;
      at += piece.length;
    }
    return true;
  };
}

function fits(chars: readonly string[], at: number, piece: Piece): boolean {
  for (let i = 0; i < piece.length; i++) if (piece[i] !== null && piece[i] !== chars[at + i]) return false;
  return true;
}
