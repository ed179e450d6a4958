const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800;

/** How many code points a text has. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if (isHigh(text.charCodeAt(i))) count--;
  return count;
}

/** So many code points from code point `from` on, counted from 0; below 0 is 0. */
export function sliceCodePoints(text: string, from: number, count: number): string {
  const start = skip(text, 0, from);
  return text.slice(start, skip(text, start, count));
}

/** The index so many code points after `index`. */
function skip(text: string, index: number, count: number): number {
  let at = index;
  for (let left = count; left > 0 && at < text.length; left--) at += isHigh(text.charCodeAt(at)) ? 2 : 1;
  return at;
}
