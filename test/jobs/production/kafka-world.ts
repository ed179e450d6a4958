import premiumDropAlert from '../../../jobs/premium-drop-alert.ts';
import { sourcesOf } from '../../../src/plan/derive/sources.ts';
import { startBroker } from '../../connectors/kafka/broker.ts';
import { createDatabase, type DatabaseKind, type TestDatabase } from '../../databases.ts';
import type { TableRows } from '../inputs.ts';
import { fillTables, readTable } from '../sql-tables.ts';
import type { World } from './world.ts';

const PARTITIONS = 3;

const CONFIG = `
const env = (name) => ({ env: name });
const kafka = { connector: 'kafka', brokers: env('BROKERS'), groupId: 'millrace-{job}' };
const tables = {
  raw_info: { connector: 'sql', url: env('DIMENSION') },
  '*': { connector: 'sql', url: env('ALERTS') },
};
export default {
  production: { sources: { '*': kafka }, tables },
  once: { sources: { '*': { ...kafka, until: 'latest' } }, tables },
};
`;

/** Events in a real broker, premiums on file in one database, alerts in another. @returns undefined: there is no broker here, which is told */
export async function kafkaWorld(kind: DatabaseKind, before: TableRows): Promise<World | undefined> {
  const broker = await startBroker();
  if (broker === undefined) return undefined;
  const [source] = sourcesOf(premiumDropAlert.plan);
  const topic = String(source?.options.topic);
  await broker.createTopic(topic, PARTITIONS);
  const dimension = await createDatabase(kind, 'dimension');
  const alerts = await createDatabase(kind, 'alerts');
  await fillTables(dimension, before);
  // It makes a fence too, which the job is to make.
  await dimension.sql('DROP TABLE millrace_fence');
  const databaseOf = (table: string): TestDatabase => (table === 'raw_info' ? dimension : alerts);
  return {
    config: CONFIG,
    env: { BROKERS: broker.brokers.join(), DIMENSION: dimension.url, ALERTS: alerts.url },
    async send(events) {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const own = events.filter(({ key }) => Number(key) % PARTITIONS === partition);
        if (own.length > 0)
          await broker.send(
            topic,
            partition,
            own.map(({ text }) => text),
          );
      }
    },
    rows: (table) => readTable(databaseOf(table), table),
    async remove() {
      await dimension.drop();
      await alerts.drop();
      await broker.close();
    },
  };
}
