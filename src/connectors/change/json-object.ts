import { isUtf8 } from 'node:buffer';
import { Fault } from '../format/fault.ts';
import { elementsOf } from '../format/json-members.ts';
import { type JsonLine, parseLine } from '../format/json-row.ts';

/** The JSON object that bytes are. */
export function objectOf(bytes: Uint8Array): JsonLine | Fault {
  if (!isUtf8(bytes)) return new Fault('invalid UTF-8');
  return parseLine(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
}

/** The JSON text of a member, the last of its name; undefined where there is none, or it is null. */
function textIn({ text, value, members }: JsonLine, name: string): string | undefined {
  if (value[name] === undefined || value[name] === null) return undefined;
  const member = members.findLast((one) => one.name === name);
  return member && text.slice(member.start, member.end);
}

/** The object in a member; undefined where there is none, or it is null. */
export function objectIn(line: JsonLine, name: string): JsonLine | Fault | undefined {
  const text = textIn(line, name);
  return text === undefined ? undefined : parseLine(text);
}

/** The objects in a member that is an array of them; undefined where there is none, or it is null. */
export function objectsIn(line: JsonLine, name: string): readonly JsonLine[] | Fault | undefined {
  const text = textIn(line, name);
  if (text === undefined) return undefined;
  if (!Array.isArray(line.value[name])) return new Fault(`'${name}' is no array`);
  const lines = elementsOf(text).map(parseLine);
  return lines.find((one) => one instanceof Fault) ?? (lines as readonly JsonLine[]);
}

/** The text in a member; '' where there is none. */
export const wordIn = ({ value }: JsonLine, name: string): string => {
  const word = value[name];
  return typeof word === 'string' ? word : '';
};

/** The members of one object with those of another over them: both are as they were written. */
export function overlaid(under: JsonLine, over: JsonLine): JsonLine | Fault {
  const written = ({ text, members }: JsonLine) => members.map(({ key, end }) => text.slice(key, end));
  return parseLine(`{${[...written(under), ...written(over)].join(',')}}`);
}
