// Records of RFC 4180 in bytes.

const QUOTE = 34;
const COMMA = 44;
const NEWLINE = 10;
const RETURN = 13;

/** How a field is written: bare, in quotes, in quotes with doubled quotes inside. */
type FieldForm = 'bare' | 'quoted' | 'doubled';

/** The fields of one record: places of their content in the buffer. Used again for each record. */
export interface CsvRecord {
  count: number;
  readonly starts: number[];
  readonly ends: number[];
  readonly forms: FieldForm[];
  /** The place of the record's newline. */
  end: number;
}

/** An empty record. */
export const csvRecord = (): CsvRecord => ({ count: 0, starts: [], ends: [], forms: [], end: 0 });

/** Of a record that is none: why. `open`: a quoted field goes on behind the last byte. */
export type CsvFault = 'open' | 'text after a closing quote' | 'a quote inside a field that is not quoted';

/** Reads the record at `from` of whole lines that end at `to`; undefined: it is read. */
export function readRecord(bytes: Buffer, from: number, to: number, record: CsvRecord): CsvFault | undefined {
  let at = from;
  record.count = 0;
  for (;;) {
    const quoted = bytes[at] === QUOTE;
    const fault = quoted ? quotedField(bytes, at + 1, to, record) : bareField(bytes, at, record);
    if (fault) return fault;
    at = (record.ends[record.count++] as number) + (quoted ? 1 : 0);
    if (bytes[at] === COMMA) {
      at++;
      continue;
    }
    if (bytes[at] === RETURN) at++;
    record.end = at;
    return undefined;
  }
}

function quotedField(bytes: Buffer, start: number, to: number, record: CsvRecord): CsvFault | undefined {
  let form: FieldForm = 'quoted';
  let end = start;
  for (;;) {
    while (end < to && bytes[end] !== QUOTE) end++;
    if (end === to) return 'open';
    if (bytes[end + 1] !== QUOTE) break;
    form = 'doubled';
    end += 2;
  }
  const next = bytes[end + 1];
  if (next !== COMMA && next !== NEWLINE && !(next === RETURN && bytes[end + 2] === NEWLINE))
    return 'text after a closing quote';
  record.starts[record.count] = start;
  record.ends[record.count] = end;
  record.forms[record.count] = form;
  return undefined;
}

function bareField(bytes: Buffer, start: number, record: CsvRecord): CsvFault | undefined {
  let end = start;
  for (let c = bytes[end]; c !== COMMA && c !== NEWLINE; c = bytes[++end])
    if (c === QUOTE) return 'a quote inside a field that is not quoted';
  if (bytes[end] === NEWLINE && end > start && bytes[end - 1] === RETURN) end--;
  record.starts[record.count] = start;
  record.ends[record.count] = end;
  record.forms[record.count] = 'bare';
  return undefined;
}
