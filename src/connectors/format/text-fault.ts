const LONE_SURROGATE = /\p{Surrogate}/u;

/** Why no table can hold a text; undefined where one can. */
export function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'text with U+0000';
  return LONE_SURROGATE.test(text) ? 'text with a lone surrogate' : undefined;
}
