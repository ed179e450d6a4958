/**
 * Code and message of an error answer: a message of protobuf with two texts, of which the driver makes one.
 * Undefined where the bytes are something else.
 */
export function readErrorBody(
  bytes: Uint8Array,
): { readonly code: string; readonly message: string } | undefined {
  const texts = new Map<number, string>();
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at++] as number;
    if ((tag & 7) !== 2) return undefined;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 21) return undefined;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (at + length > bytes.length) return undefined;
    texts.set(tag >> 3, Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('utf8'));
    at += length;
  }
  const code = texts.get(1);
  return code !== undefined && /^\w+$/.test(code) ? { code, message: texts.get(2) ?? '' } : undefined;
}
