import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { nearest } from '../../plan/nearest.ts';
import type { Backlog } from './backlog.ts';
import type { EventRate } from './event-rate.ts';
import { type EventStore, KeyReused } from './event-store.ts';
import type { eventReader } from './read-events.ts';
import { type Answer, Refusal } from './refusal.ts';
import { withBody } from './request-body.ts';
import { requestForm } from './request-form.ts';

/** A source that takes events. */
export interface Intake {
  readonly read: ReturnType<typeof eventReader>;
  readonly store: EventStore;
}

/** What requests are answered with. */
export interface HandlerParts {
  readonly intakes: ReadonlyMap<string, Intake>;
  readonly checkSender: (headers: IncomingHttpHeaders) => void;
  /** Most bytes of a body. */
  readonly maxBody: number;
  readonly backlog: Backlog;
  /** Absent: any number of events. */
  readonly rate: EventRate | undefined;
  /** Is the collector about to end? */
  readonly stopping: () => boolean;
}

/** Answers requests: `POST /<source>` and `GET /health`. The function throws a Refusal for what is not taken. */
export function requestHandler(parts: HandlerParts): (request: IncomingMessage) => Promise<Answer> {
  const { intakes, checkSender, maxBody, backlog, rate, stopping } = parts;

  async function collect(request: IncomingMessage, intake: Intake): Promise<Answer> {
    const { form, packed, key } = requestForm(request.headers);
    rate?.take(0);
    return withBody(request, { max: maxBody, packed, backlog }, async (body) => {
      const events = intake.read(body, form);
      rate?.take(events.count);
      const keyed = key === undefined ? undefined : { name: key, hash: hashOf(body) };
      const accepted = await intake.store.accept({ ...events, key: keyed }).catch((error) => {
        throw refusalOf(error);
      });
      return { status: 200, body: { accepted } };
    });
  }

  return async (request) => {
    const { method, headers, url = '/' } = request;
    const path = url.split('?', 1)[0] as string;
    if (path === '/health' && (method === 'GET' || method === 'HEAD')) return health(intakes, stopping());
    checkSender(headers);
    if (stopping()) throw new Refusal(503, 'the collector ends', { headers: { 'retry-after': '1' } });
    const name = nameIn(path);
    const intake = intakes.get(name);
    if (intake === undefined) throw unknownSource(name, [...intakes.keys()]);
    if (method !== 'POST')
      throw new Refusal(405, `events are sent with POST`, { headers: { allow: 'POST' } });
    return collect(request, intake);
  };
}

function health(intakes: ReadonlyMap<string, Intake>, stopping: boolean): Answer {
  const all = [...intakes];
  const well = !stopping && all.every(([, { store }]) => store.fault === undefined);
  const sources = all.map(([name, { store }]) => [
    name,
    { accepted: store.stored, ...(store.fault === undefined ? {} : { fault: 'cannot be stored' }) },
  ]);
  const status = stopping ? 'stopping' : well ? 'ok' : 'failing';
  return { status: well ? 200 : 503, body: { status, sources: Object.fromEntries(sources) } };
}

function nameIn(path: string): string {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return path.slice(1);
  }
}

function unknownSource(name: string, known: readonly string[]): Refusal {
  const hint = nearest(name, known) || `: there is ${known.join(', ')}`;
  return new Refusal(404, `unknown source '${name.slice(0, 200)}'${hint}`);
}

const FULL: readonly string[] = ['ENOSPC', 'EDQUOT'];

function refusalOf(error: unknown): unknown {
  if (error instanceof KeyReused)
    return new Refusal(422, 'this Idempotency-Key came with another body before: nothing is stored');
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const full = FULL.includes(code);
  const reason = full ? 'the disk is full' : 'the disk cannot be written';
  return new Refusal(full ? 507 : 503, `${reason}: nothing is stored`, { headers: { 'retry-after': '5' } });
}

const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('base64url').slice(0, 22);
