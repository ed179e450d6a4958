/** Words joined by commas into lines of at most `width` characters (a longer word stands alone). */
export function wrapped(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  words.forEach((word, i) => {
    const next = i < words.length - 1 ? `${word},` : word;
    if (line === '') line = next;
    else if (line.length + 1 + next.length <= width) line += ` ${next}`;
    else {
      lines.push(line);
      line = next;
    }
  });
  return line === '' ? lines : [...lines, line];
}
