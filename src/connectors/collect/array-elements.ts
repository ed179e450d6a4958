const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;

/** The elements of a JSON array as written, so that numbers keep their digits. The text must have passed `JSON.parse`, and be an array. */
export function arrayElements(text: string): string[] {
  const elements: string[] = [];
  const end = text.lastIndexOf(']');
  let start = text.indexOf('[') + 1;
  let depth = 0;
  for (let i = start; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = closingQuote(text, i);
    else if (c === 91 /* [ */ || c === 123 /* { */) depth++;
    else if (c === 93 /* ] */ || c === 125 /* } */) depth--;
    else if (c === COMMA && depth === 0) {
      elements.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start, end).trim();
  if (last !== '' || elements.length > 0) elements.push(last);
  return elements;
}

function closingQuote(text: string, from: number): number {
  let i = from + 1;
  for (; text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
  return i;
}
