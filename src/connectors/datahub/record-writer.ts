import { failed } from '../../errors.ts';
import { sleep } from '../sleep.ts';
import { Outage } from '../topic/outage.ts';
import { DataHubFault, type DataHubFaultKind, faultKind } from './datahub-fault.ts';
import type { DataHubPort } from './datahub-port.ts';
import { shardRouter } from './shard-router.ts';
import type { EncodedRow } from './tuple-encoder.ts';

/** The service takes so many records and bytes in one call; what a record costs beside its values, about. */
const MOST_RECORDS = 10_000;
const MOST_BYTES = 4_000_000;
const OVERHEAD = 80;

/** A record that is to be written. */
export interface Outgoing extends EncodedRow {
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a writer of a topic is made of. */
export interface RecordWriterParts {
  readonly port: DataHubPort;
  /** The service and the table, for lines that a person reads. */
  readonly label: string;
  readonly log: (line: string) => void;
  /** Longest pause between tries, and how long the service may take no record: milliseconds. */
  readonly retryInterval: number;
  readonly retryTimeout: number;
}

/** Writes records until the service has them all; one that it may have is written again. */
export class RecordWriter {
  readonly #parts: RecordWriterParts;
  #route: ((hash: string) => string) | undefined;

  constructor(parts: RecordWriterParts) {
    this.#parts = parts;
  }

  /**
   * In calls that the service takes, one after the other; of each again what it did not take.
   * @throws MillraceError (exit 1): a record that the service does not take; the signal was given while the service was away
   */
  async write(records: readonly Outgoing[], signal: AbortSignal): Promise<void> {
    for (let at = 0; at < records.length; ) {
      const end = at + fitting(records, at, this.#parts.label);
      await this.#persist(records.slice(at, end), signal);
      at = end;
    }
  }

  async #persist(records: readonly Outgoing[], signal: AbortSignal): Promise<void> {
    const { label, log, retryInterval, retryTimeout } = this.#parts;
    const outage = new Outage(label, log, retryInterval);
    let since = performance.now();
    for (let left = records; left.length > 0; ) {
      try {
        const { rest, fault } = await this.#once(left);
        if (rest.length < left.length) since = performance.now();
        left = rest;
        if (fault !== undefined) throw fault;
      } catch (error) {
        if (!(error instanceof DataHubFault)) throw error;
        if (error.kind === 'sealed' || error.kind === 'missing') this.#route = undefined;
        else if (error.kind !== 'away') throw failed(`${label}: ${error.message}`, error);
        if (performance.now() - since > retryTimeout)
          throw failed(`${label}: ${error.reason}; tried for ${retryTimeout / 1000} s (retryTimeout)`, error);
        if (signal.aborted) throw failed(`${label}: ${error.reason}; ended before it was back`, error);
        await sleep(outage.lost(new Error(error.reason)), signal);
      }
    }
    outage.back();
  }

  /** One call. @returns what it did not take, and why */
  async #once(records: readonly Outgoing[]): Promise<{ rest: readonly Outgoing[]; fault?: DataHubFault }> {
    const { port } = this.#parts;
    this.#route ??= shardRouter(await port.shards());
    const route = this.#route;
    if (route === undefined) throw new DataHubFault('away', 'no shard is active');
    const failures = await port.write(
      records.map(({ hash, data, attributes }) => ({ shard: route(hash), data, attributes })),
    );
    if (failures.length === 0) return { rest: [] };
    const faults = failures.map(
      ({ code, message }) => new DataHubFault(failureKind(code), `${code}: ${message}`, code),
    );
    const worst = faults.find(({ kind }) => kind === 'final') ?? faults.find(({ kind }) => kind === 'sealed');
    return {
      rest: failures.map(({ index }) => records[index] as Outgoing),
      fault: worst ?? (faults[0] as DataHubFault),
    };
  }
}

/** A record by itself has no status: what fails within the service does not name itself among what is wrong with a record. */
const failureKind = (code: string): DataHubFaultKind =>
  faultKind(/^(Internal|Service|System)/.test(code) ? 500 : 400, code);

/** How many records from there on go into one call. */
function fitting(records: readonly Outgoing[], at: number, label: string): number {
  let bytes = 0;
  let n = 0;
  for (; n < MOST_RECORDS && at + n < records.length; n++) {
    const { data, attributes } = records[at + n] as Outgoing;
    bytes +=
      Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(attributes)) + OVERHEAD;
    if (bytes > MOST_BYTES) break;
  }
  if (n === 0) throw failed(`${label}: a record of ${bytes} bytes; DataHub takes ${MOST_BYTES} in one call`);
  return n;
}
