/** A member of the outermost object of a JSON text: places in the text. */
export interface Member {
  readonly name: string;
  /** The quote before the name, and the place after the quote behind it. */
  readonly key: number;
  readonly keyEnd: number;
  /** The value's text, without blanks. */
  readonly start: number;
  readonly end: number;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** The members of a JSON object as written, repeated ones too. The text must have passed `JSON.parse`, and be an object. */
export function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let at = afterBlanks(text, text.indexOf('{') + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const key = at;
    const keyEnd = stringEnd(text, key);
    const start = afterBlanks(text, text.indexOf(':', keyEnd) + 1);
    const end = valueEnd(text, start);
    const raw = text.slice(key + 1, keyEnd - 1);
    const name = raw.includes('\\') ? (JSON.parse(text.slice(key, keyEnd)) as string) : raw;
    members.push({ name, key, keyEnd, start, end });
    at = afterBlanks(text, end);
    if (text[at] === ',') at = afterBlanks(text, at + 1);
  }
  return members;
}

/** The texts of the elements of a JSON array. The text must have passed `JSON.parse`, and be an array. */
export function elementsOf(text: string): string[] {
  const elements: string[] = [];
  let at = afterBlanks(text, text.indexOf('[') + 1);
  while (text[at] !== ']') {
    const end = valueEnd(text, at);
    elements.push(text.slice(at, end));
    at = afterBlanks(text, end);
    if (text[at] === ',') at = afterBlanks(text, at + 1);
  }
  return elements;
}

function afterBlanks(text: string, at: number): number {
  let i = at;
  while (text.charCodeAt(i) <= 32) i++;
  return i;
}

/** The place after the closing quote of the string that begins at `at`. */
function stringEnd(text: string, at: number): number {
  let i = at;
  for (;;) {
    i = text.indexOf('"', i + 1);
    let before = i;
    while (text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((i - before) % 2 === 0) return i + 1;
  }
}

/** The place after the value that begins at `at`. */
function valueEnd(text: string, at: number): number {
  let depth = 0;
  let i = at;
  do {
    const c = text[i];
    if (c === '"') i = stringEnd(text, i);
    else if (depth === 0 && c !== '{' && c !== '[') return scalarEnd(text, i);
    else {
      if (c === '{' || c === '[') depth++;
      else if (c === '}' || c === ']') depth--;
      i++;
    }
  } while (depth > 0);
  return i;
}

/** The place after a number, `true`, `false` or `null`. */
function scalarEnd(text: string, at: number): number {
  let i = at;
  while (text[i] !== ',' && text[i] !== '}' && text[i] !== ']' && text.charCodeAt(i) > 32) i++;
  return i;
}
