// A process that writes epochs to Kafka until it is killed: by whoever started it, or by itself at a place in a commit.
// node --import tsx writing-process.ts <brokers> <state file> <none|sent|committed> <epoch of the crash>
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { kafkajsPort } from '../../../src/connectors/kafka/driver/kafkajs-port.ts';
import { kafkajsWriterPort } from '../../../src/connectors/kafka/driver/kafkajs-writer-port.ts';
import { kafkaTables } from '../../../src/connectors/kafka/kafka-tables.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import { appended, LAST_EPOCH, OPTIONS, rowsOf, upserted } from './written-epochs.ts';

const [brokers = '', file = '', place, at] = process.argv.slice(2);
const options = { ...OPTIONS, brokers: [brokers] };
const port = kafkajsWriterPort(options, 'none');
let epoch = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
let now = 0;

const crash = (here: string): void => {
  if (place === here && now === Number(at)) process.kill(process.pid, 'SIGKILL');
};
const crashing = {
  ...port,
  async commit() {
    crash('sent');
    await port.commit();
    crash('committed');
  },
};
const database = kafkaTables({
  options,
  log: (line) => process.stderr.write(`${line}\n`),
  port: crashing,
  reader: (topic) => kafkajsPort(options, topic, true),
});
const use = { writes: true, looksUp: false, writesNull: [] };
await database.prepare([upserted, appended].map((table) => ({ table, ...use })));
const stands = await database.claim({ job: 'crashing', owner: 'me', epoch, mode: 'continue', clear: [] });
// What the state is ahead of the tables is applied again; each epoch is in the state before it is written.
for (now = stands + 1; now <= LAST_EPOCH; now++) {
  if (now > epoch) {
    epoch = now;
    writeFileSync(file, String(epoch));
  }
  const changed = (table: TableSchema) => ({ table, upserts: rowsOf(now), deletes: [], writeBacks: [] });
  const commit = { epoch: now, previous: now - 1, completeTo: 0, changes: [upserted, appended].map(changed) };
  await database.commit(commit, new AbortController().signal);
  process.stdout.write(`${now}\n`);
}
await database.close();
