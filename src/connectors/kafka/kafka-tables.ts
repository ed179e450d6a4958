import { failed, refused, wrong } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Claim, Commit, Committed, Database, TableUse } from '../database.ts';
import { withEither } from './either-signal.ts';
import { FencedWriter } from './fenced-writer.ts';
import { KafkaFault } from './kafka-fault.ts';
import type { KafkaPort } from './kafka-port.ts';
import { type KafkaTableOptions, topicOf } from './kafka-table-options.ts';
import type { KafkaWriterPort, OutgoingRecord } from './kafka-writer-port.ts';
import { persist } from './persist.ts';
import { cannotLookUp, prepareTopics } from './prepare-topics.ts';
import { TopicTable } from './topic-table.ts';

/** Milliseconds that the first contact is tried. */
const FIRST_CONTACT = 15_000;
/** Bytes of a request, where a topic does not want smaller ones: below the broker's default for one batch. */
const REQUEST_BYTES = 900_000;

/** What tables in Kafka are made of. */
export interface KafkaTablesParts {
  readonly options: KafkaTableOptions;
  readonly log: (line: string) => void;
  readonly port: KafkaWriterPort;
  /** Opens a topic for reading, committed records alone. */
  readonly reader: (topic: string) => KafkaPort;
}

/** Tables of a job in topics of a cluster, each epoch one transaction. */
export function kafkaTables({ options, log, port, reader }: KafkaTablesParts): Database {
  const { brokers, fenceTopic = 'millrace-fence' } = options;
  const { transactionalIdPrefix = 'millrace', transactionTimeoutMs = 60_000 } = options;
  const label = `Kafka at ${brokers.join(',')}`;
  const fencePort = reader(fenceTopic);
  const closing = new AbortController();
  const tables = new Map<string, TopicTable>();
  let maxBytes = REQUEST_BYTES;
  let writer: FencedWriter | undefined;

  const topics = () => [...tables.values()].map(({ topic }) => topic);

  function known(table: TableSchema): TopicTable {
    let found = tables.get(table.name);
    if (found === undefined) {
      found = new TopicTable(table, topicOf(options, table), label);
      tables.set(table.name, found);
    }
    return found;
  }

  /** Reads a table's topic through a connection of its own. */
  async function reading<T>(table: TopicTable, read: (port: KafkaPort) => Promise<T>): Promise<T> {
    const own = reader(table.topic);
    const end = () => void own.close();
    closing.signal.addEventListener('abort', end);
    try {
      return await read(own);
    } finally {
      closing.signal.removeEventListener('abort', end);
      await own.close();
    }
  }

  const tombstones = async (cleared: readonly TableSchema[]): Promise<readonly OutgoingRecord[]> => {
    const all = cleared
      .map(known)
      .map((table) => reading(table, (own) => table.tombstones(own, log, closing.signal)));
    return (await Promise.all(all)).flat();
  };

  /** Before the job runs: tried for 15 s; whatever is wrong then is wrong with what was given (exit 2). */
  const first = <T>(doing: string, attempt: () => Promise<T>): Promise<T> =>
    translated(doing, wrong, () =>
      persist(attempt, { label, log, limit: FIRST_CONTACT, signal: closing.signal }),
    );

  async function translated<T>(doing: string, blame: typeof failed, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KafkaFault)) throw error;
      if (error.kind === 'unknown topic')
        throw refused(
          `${label}: cannot ${doing}: one of the topics ${[fenceTopic, ...topics()].join(', ')} is gone, and what was written to it. Start from empty state with --fresh`,
          error,
        );
      throw blame(`${label}: cannot ${doing}: ${error.message}`, error);
    }
  }

  return {
    label,
    transactional: true,

    async prepare(uses: readonly TableUse[]) {
      for (const { table } of uses) known(table);
      const { bytes, warnings } = await first('prepare its topics', () =>
        prepareTopics({ label, port, fenceTopic, options }, uses),
      );
      maxBytes = Math.min(REQUEST_BYTES, Math.floor(bytes * 0.9));
      return warnings;
    },

    async claim(claim: Claim) {
      for (const table of claim.clear) known(table).mayClear();
      const claimed = new FencedWriter(
        {
          ...{ port, fencePort, fenceTopic, label, log, transactionTimeoutMs },
          signal: closing.signal,
          topics,
          keyed: () => [...tables.values()].filter(({ appends }) => !appends).map(({ topic }) => topic),
          maxBytes: () => maxBytes,
        },
        claim,
        transactionalIdPrefix,
      );
      const stands = await first(`claim it for job '${claim.job}'`, () =>
        claimed.claim(
          () => tombstones(claim.clear),
          claim.clear.map((table) => known(table).topic),
        ),
      );
      writer = claimed;
      return stands;
    },

    mayClear: (table) => known(table).mayClear(),

    async commit(commit: Commit, signal: AbortSignal): Promise<Committed> {
      const { clear = [], changes, epoch } = commit;
      if (writer === undefined)
        throw failed(`${label}: nothing can be written before the database is claimed`);
      const claimed = writer;
      for (const table of clear) known(table).mayClear();
      for (const change of changes) known(change.table).mayWrite(change);
      const doubt = { open: false };
      const records = async (partitions: ReadonlyMap<string, number>) => [
        ...(await tombstones(clear)),
        ...changes.flatMap((change) => known(change.table).records(change, partitions)),
      ];
      return translated(`write epoch ${epoch}`, failed, () =>
        withEither([signal, closing.signal], (ended) =>
          persist((before) => claimed.commit(commit, records, before, doubt), { label, log, signal: ended }),
        ),
      );
    },

    lookup(table: TableSchema): never {
      throw wrong(cannotLookUp(label, table.name));
    },

    async rows(table: TableSchema, limit = Number.POSITIVE_INFINITY): Promise<readonly Row[]> {
      const of = known(table);
      const rows = await first(`read table ${table.name}`, () =>
        reading(of, (own) => of.rows(own, log, closing.signal)),
      );
      return rows.slice(0, Math.min(limit, rows.length));
    },

    async close() {
      closing.abort();
      await Promise.all([port.close(), fencePort.close()]);
    },
  };
}
