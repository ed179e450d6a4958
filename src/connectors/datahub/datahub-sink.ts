import { failed, refused, wrong } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import type { Claim, Commit, Committed, Database, TableUse } from '../database.ts';
import { claimedEpoch, mayInsert } from '../fence-rules.ts';
import { datahubClient } from './datahub-client.ts';
import { checkDataHubName, checkDataHubService, type DataHubService } from './datahub-connection.ts';
import { DataHubFault } from './datahub-fault.ts';
import type { DataHubPort } from './datahub-port.ts';
import { epochMark, findMark, newestMark } from './epoch-marks.ts';
import { firstContact } from './first-contact.ts';
import { type Outgoing, RecordWriter } from './record-writer.ts';
import { topicDifferences, tupleEncoder } from './tuple-encoder.ts';

/** How tables are written into topics of a project, each into that of its name. */
export interface DataHubSinkOptions extends DataHubService {
  /** Milliseconds that the service may take no record before the run ends; default 1 800 000. */
  readonly retryTimeout?: number;
  /** Longest pause between tries, which begin sooner: milliseconds; default 1000. */
  readonly retryInterval?: number;
}

/** A table with its topic. */
interface Access {
  readonly port: DataHubPort;
  readonly writer: RecordWriter;
  readonly encode: ReturnType<typeof tupleEncoder>;
}

/**
 * Where no mark tells how far was written, so many epochs are written again: more than can be under way between the checkpoint and here, fewer
 * than checkpoints keep.
 */
const UNMARKED = 64;

/**
 * Topics of DataHub as tables that are only ever added to: a row that a job inserts or replaces is a new record. Topics must be there.
 *
 * DataHub has no transaction: a reader may see part of an epoch. Each record is written at least once. It is written twice where an answer was lost, and
 * after a crash those of the epochs that were under way are; after a stop none. Records bear an attribute `millrace` for this: owner of the state,
 * epoch, job. By it a run without its state, or with an older one, is refused (exit 3), as far as retention has left records.
 *
 * @param log takes lines about a service that is waited for
 * @throws MillraceError (exit 2): wrong options. Later: a job that deletes rows, looks them up or writes them back
 */
export function openDataHubSink(
  options: DataHubSinkOptions,
  log: (line: string) => void = () => {},
): Database {
  const { project, retryTimeout = 1_800_000, retryInterval = 1000 } = options;
  checkDataHubService('DataHub', options);
  for (const [name, value] of Object.entries({ retryTimeout, retryInterval }))
    if (!(Number.isSafeInteger(value) && value > 0))
      throw wrong(`DataHub: ${name}: wants a whole number above 0, not '${value}'`);
  const label = `datahub:${new URL(options.endPoint).host}/${project}`;
  const accesses = new Map<string, Access>();
  let claim: Claim | undefined;

  const noTable = (table: TableSchema, what: string) =>
    wrong(
      `${label}: table '${table.name}' is a topic, to which records are only added: ${what}. Give it a database (connector 'sql')`,
    );

  async function open(use: TableUse): Promise<readonly string[]> {
    const { table, expected = false } = use;
    const topic = table.tableName;
    const owner = `table '${table.name}'`;
    checkDataHubName(owner, 'topic', topic);
    const port = datahubClient({ ...options, topic });
    const contact = { owner, label, topic: `${project}.${topic}`, log };
    try {
      const { type, fields } = await firstContact(contact, () =>
        port.describe().catch((error: unknown) => {
          if (expected && error instanceof DataHubFault && error.kind === 'missing')
            throw refused(
              `${label}: the job has written ${table.name} (topic ${topic}), which is not there: its records were lost, or this is another project. Name the project that the job has written to, or start anew with --fresh`,
            );
          throw error;
        }),
      );
      if (type !== 'TUPLE') throw wrong(`${owner}: topic ${topic} is of type ${type}, TUPLE is needed`);
      const differences = topicDifferences(use, fields);
      const parts = { port, label: `${label}: ${owner}`, log, retryInterval, retryTimeout };
      const encode = tupleEncoder(label, table, fields);
      accesses.get(table.name)?.port.close();
      accesses.set(table.name, { port, writer: new RecordWriter(parts), encode });
      return differences.map((difference) => `${owner}: ${difference}`);
    } catch (error) {
      port.close();
      throw error;
    }
  }

  return {
    label,
    transactional: false,
    async prepare(uses) {
      for (const { table, looksUp, deletes } of uses) {
        if (looksUp) throw noTable(table, 'the job looks rows up in it');
        if (deletes) throw noTable(table, 'the job may delete rows of it');
      }
      const differences: string[] = [];
      for (const use of uses) differences.push(...(await open(use)));
      if (differences.length > 0)
        throw wrong(
          `${label}: topics do not fit the catalog:\n${differences.map((one) => `  ${one}`).join('\n')}`,
        );
      return [];
    },
    async claim(wanted) {
      const [cleared] = wanted.clear;
      if (cleared !== undefined) throw noTable(cleared, 'its rows cannot be removed');
      claim = wanted;
      const contact = { owner: `job '${wanted.job}'`, label, topic: project, log };
      const marks = await firstContact(contact, () =>
        Promise.all([...accesses.values()].map(({ port }) => findMark(port, wanted.job))),
      );
      const found = newestMark(marks.filter((mark) => mark !== undefined));
      const { epoch } = wanted;
      const stands = found !== undefined ? claimedEpoch(label, wanted, found) : mayInsert(wanted) ? epoch : 0;
      // What is older was written before the checkpoint went on: a topic that got no rows since bears no later mark.
      return Math.min(epoch, Math.max(stands, epoch - UNMARKED));
    },
    mayClear(table) {
      throw noTable(table, 'its rows cannot be removed');
    },
    async commit({ epoch, previous, changes, clear = [] }: Commit, signal): Promise<Committed> {
      if (claim === undefined) throw failed(`${label}: nothing can be written before it is claimed`);
      const { job, owner } = claim;
      const [cleared] = clear;
      if (cleared !== undefined) throw noTable(cleared, 'its rows cannot be removed');
      for (const { table, deletes, writeBacks } of changes) {
        if (deletes.length > 0) throw noTable(table, `job '${job}' deletes rows of it`);
        if (writeBacks.length > 0) throw noTable(table, `job '${job}' writes rows back to it`);
      }
      const begun = epochMark(job, owner, previous);
      // A row that a topic cannot hold is met before anything is written.
      const parts = changes.map(({ table, upserts }) => {
        const { writer, encode } = accesses.get(table.name) as Access;
        return { writer, records: upserts.map((row): Outgoing => ({ ...encode(row), attributes: begun })) };
      });
      const last = parts.findLast(({ records }) => records.length > 0);
      const held = last?.records.pop();
      for (const { writer, records } of parts) await writer.write(records, signal);
      // The record that says that all of the epoch is written goes when it is.
      const done = epochMark(job, owner, epoch);
      if (held !== undefined) await last?.writer.write([{ ...held, attributes: done }], signal);
      return { overtaken: 0 };
    },
    async lookup(table) {
      throw noTable(table, 'the job looks rows up in it');
    },
    async rows(table) {
      throw noTable(table, 'its rows are not read');
    },
    async close() {
      for (const { port } of accesses.values()) port.close();
    },
  };
}
