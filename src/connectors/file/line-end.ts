const NEWLINE = 10;
const RETURN = 13;

/** Whether nothing but the end of a line comes at `from` of the bytes, which end at `to`. */
export function endsLine(bytes: Uint8Array, from: number, to: number): boolean {
  const at = bytes[from] === RETURN ? from + 1 : from;
  return at >= to || bytes[at] === NEWLINE;
}

/** The message where something else comes. */
export const wentOn = (file: string, offset: number): string =>
  `${file}, byte ${offset}: changed: the file ended there in a line without a newline, which an earlier run read as a row, and the line goes on now: end that line where it was, or start anew with --fresh`;
