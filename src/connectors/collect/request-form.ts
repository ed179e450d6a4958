import type { IncomingHttpHeaders } from 'node:http';
import type { BodyForm } from './read-events.ts';
import { Refusal } from './refusal.ts';

const FORMS: Readonly<Record<string, BodyForm>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
};

/** What the headers of a request say about its body. */
export interface RequestForm {
  readonly form: BodyForm;
  readonly packed: boolean;
  readonly key: string | undefined;
}

/** Reads the headers; throws a Refusal: 415 for a body of another kind, 400 for an `Idempotency-Key` of the wrong form. */
export function requestForm(headers: IncomingHttpHeaders): RequestForm {
  return {
    form: formOf(headers['content-type']),
    packed: isPacked(headers['content-encoding']),
    key: keyOf(headers),
  };
}

function formOf(type = ''): BodyForm {
  const [kind = '', ...parameters] = type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const form = Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined;
  const accept = { headers: { accept: Object.keys(FORMS).join(', ') } };
  if (form === undefined)
    throw new Refusal(415, `Content-Type must be ${Object.keys(FORMS).join(' or ')}`, accept);
  for (const parameter of parameters)
    if (parameter.startsWith('charset=') && !/^charset="?utf-?8"?$/.test(parameter))
      throw new Refusal(415, 'the charset must be utf-8', accept);
  return form;
}

function isPacked(encoding = 'identity'): boolean {
  const coding = encoding.trim().toLowerCase();
  if (coding === 'gzip' || coding === 'x-gzip') return true;
  if (coding === 'identity') return false;
  throw new Refusal(415, 'Content-Encoding must be gzip, or absent', {
    headers: { 'accept-encoding': 'gzip' },
  });
}

function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw new Refusal(400, 'Idempotency-Key must be 1 to 255 printable ASCII characters');
}
