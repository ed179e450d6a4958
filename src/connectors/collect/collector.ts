import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refused, wrong } from '../../errors.ts';
import type { SourceSchema } from '../../plan/schema.ts';
import { type FileLock, lockFile } from '../../sqlite/file-lock.ts';
import { Backlog } from './backlog.ts';
import { EventRate } from './event-rate.ts';
import { EventStore, type StoreOptions } from './event-store.ts';
import { type Listening, listen } from './http-server.ts';
import { eventReader } from './read-events.ts';
import { type Intake, requestHandler } from './request-handler.ts';
import { isLoopback, sendersOf } from './who-may-send.ts';

/** What a collector is opened with. */
export interface CollectorOptions extends StoreOptions {
  /** The sources that take events, each by its name. */
  readonly sources: readonly SourceSchema[];
  /** Holds a folder for each source. */
  readonly directory: string;
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default: 8080; 0: any that is free. */
  readonly port?: number | undefined;
  /** What requests must bear; without it, the host must be this machine's alone. */
  readonly token?: string | undefined;
  /** Most bytes of a request, also unpacked; default 4 MB, at most 32 MB. */
  readonly maxBody?: number | undefined;
  /** Most events per second; default: any number. */
  readonly maxRate?: number | undefined;
  /** Most bytes of requests that are not answered yet; default 64 MB, and never less than `maxBody` packed and unpacked. */
  readonly maxPending?: number | undefined;
  /** Milliseconds that open requests have at the end; default 10,000. */
  readonly patience?: number | undefined;
}

/** A collector that listens. */
export interface Collector {
  /** `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The folder of a source, which jobs read. */
  folder(source: string): string;
  /** Events that were stored since it was opened. */
  accepted(): number;
  /** Takes no more requests, answers those that are open, makes all files durable, gives up the directory. Idempotent. */
  close(): Promise<void>;
}

const MB = 1 << 20;
/** A line of a file may have 64 MB: a body that is one line never comes near. */
const MOST_BODY = 32 * MB;
const LOCK = '.lock.db';

/** The folder of a source below the directory. No name leads out of it, none is hidden. */
const folderName = (source: string): string => encodeURIComponent(source).replace(/^\./, '%2E');

/**
 * Listens for events and stores them in files that jobs read.
 *
 * @throws MillraceError exit 2: a host that others reach without a token, an address in use, a directory that cannot be written, a body limit above 32 MB; exit 3: another
 * collector has the directory, or somebody wrote to its files
 */
export async function openCollector(options: CollectorOptions): Promise<Collector> {
  const { sources, directory, host = '127.0.0.1', port = 8080, token, maxBody = 4 * MB } = options;
  if (token === undefined && !isLoopback(host))
    throw wrong(
      `host ${host} is reached from outside: that wants a token, --token-env NAME; or listen on 127.0.0.1`,
    );
  if (maxBody > MOST_BODY) throw wrong(`a request can have at most ${MOST_BODY} bytes, not ${maxBody}`);
  const lock = await locked(directory);
  const folder = (source: string): string => join(directory, folderName(source));
  const intakes = new Map<string, Intake>();
  let listening: Listening | undefined;
  let stopping = false;
  const release = async (): Promise<void> => {
    for (const { store } of intakes.values()) await store.close();
    await lock.release();
  };
  try {
    for (const source of sources) {
      const store = await EventStore.open(folder(source.name), options);
      intakes.set(source.name, { read: eventReader(source), store });
    }
    const answer = requestHandler({
      intakes,
      checkSender: sendersOf(token),
      maxBody,
      backlog: new Backlog(Math.max(options.maxPending ?? 64 * MB, 2 * maxBody)),
      rate: options.maxRate === undefined ? undefined : new EventRate(options.maxRate),
      stopping: () => stopping,
    });
    const log = options.log ?? (() => {});
    listening = await listen(answer, { host, port, discard: maxBody, log });
  } catch (error) {
    await release();
    throw error;
  }
  const server = listening;
  let ended: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    folder,
    accepted: () => [...intakes.values()].reduce((sum, { store }) => sum + store.stored, 0),
    close() {
      stopping = true;
      ended ??= server.close(options.patience ?? 10_000).then(release);
      return ended;
    },
  };
}

async function locked(directory: string): Promise<FileLock> {
  let lock: FileLock | undefined;
  try {
    await mkdir(directory, { recursive: true });
    lock = await lockFile(join(directory, LOCK));
  } catch (error) {
    throw wrong(`directory ${directory} cannot be written: ${(error as Error).message}`, error);
  }
  if (lock !== undefined) return lock;
  throw refused(
    `directory ${directory} is in use by another collector: stop it, or give another one, --directory DIR`,
  );
}
