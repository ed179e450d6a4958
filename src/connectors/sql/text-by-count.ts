const KEPT_TEXTS = 64;

/** A text by number of rows; the ones used last are kept. */
export function textByCount(make: (n: number) => string): (n: number) => string {
  const texts = new Map<number, string>();
  return (n) => {
    let text = texts.get(n);
    if (text === undefined) {
      text = make(n);
      if (texts.size >= KEPT_TEXTS) texts.delete(texts.keys().next().value as number);
    } else texts.delete(n);
    texts.set(n, text);
    return text;
  };
}
