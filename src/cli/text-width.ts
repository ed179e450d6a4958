const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f004}\u{1f0cf}\u{1f18e}-\u{1f19a}\u{1f200}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
// What would move the cursor, change its colour or end the line.
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

const widthOf = (char: string): number =>
  char < '\u0300' ? 1 : NO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;

/** Columns that a text takes in a terminal: Chinese, Japanese and Korean characters take two. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += widthOf(char);
  return width;
}

/** The text without characters that a terminal would obey: data must not steer the screen. */
export const harmless = (text: string): string => text.replace(CONTROL, '·');

/** At most `width` columns of a text, `…` in place of what is left out. */
export function fitText(text: string, width: number): string {
  if (text.length <= width && textWidth(text) <= width) return text;
  let used = 1;
  let cut = '';
  for (const char of text) {
    used += widthOf(char);
    if (used > width) break;
    cut += char;
  }
  return width < 1 ? '' : `${cut}…`;
}

/** The text with blanks up to `width` columns, before it (`right`) or after it. */
export function padText(text: string, width: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)));
  return side === 'right' ? blanks + text : text + blanks;
}
