import { schemas } from '../../../jobs/catalog.ts';
import premiumDropAlert from '../../../jobs/premium-drop-alert.ts';
import { sourcesOf } from '../../../src/plan/derive/sources.ts';
import { startDataHubServer } from '../../connectors/datahub/datahub-server.ts';
import { startOtsServer } from '../../connectors/ots/ots-server.ts';
import { createDatabase, type DatabaseKind } from '../../databases.ts';
import type { TableRow, TableRows } from '../inputs.ts';
import { readTable } from '../sql-tables.ts';
import type { World } from './world.ts';

const SHARDS = 3;

const CONFIG = `
const env = (name) => ({ env: name });
const access = (service) => ({ endPoint: env(service), accessId: env(service + '_ID'), accessKey: env(service + '_KEY') });
const datahub = { connector: 'datahub', ...access('DATAHUB'), project: env('PROJECT'), retryInterval: 20 };
const tables = {
  raw_info: { connector: 'ots', ...access('OTS'), instanceName: env('INSTANCE'), retryIntervalMs: 20 },
  '*': { connector: 'sql', url: env('ALERTS') },
};
export default {
  production: { sources: { '*': datahub }, tables },
  once: { sources: { '*': { ...datahub, until: 'latest' } }, tables },
};
`;

/**
 * Events in DataHub and premiums on file in Tablestore, as servers of the tests speak their protocols; alerts in a database. Connections break now and then, and the
 * service is busy. */
export async function aliyunWorld(kind: DatabaseKind, before: TableRows): Promise<World> {
  const [source] = sourcesOf(premiumDropAlert.plan);
  const topic = String(source?.options.topic);
  const fields = (source?.columns ?? []).map(({ name, type }) => [
    name,
    type === 'VARCHAR' ? 'STRING' : type,
  ]);
  const hub = await startDataHubServer();
  hub.createTopic(topic, { fields: Object.fromEntries(fields), shards: SHARDS });
  const ots = await startOtsServer();
  const dimension = schemas.tables.find(({ name }) => name === 'raw_info')?.tableName as string;
  ots.create(dimension, [{ name: 'id', type: 'INTEGER' }]);
  for (const { id, ...others } of before.raw_info ?? [])
    ots.put(dimension, { id: BigInt(id as number), ...(others as Record<string, string>) });
  let requests = 0;
  ots.inject(() => {
    requests++;
    if (requests % 37 === 0) return { error: 'OTSServerBusy' };
    return requests % 53 === 0 ? { drop: 'after' } : undefined;
  });
  const alerts = await createDatabase(kind, 'aliyun');
  let sent = 0;
  return {
    config: CONFIG,
    env: {
      DATAHUB: hub.endPoint,
      DATAHUB_ID: hub.accessId,
      DATAHUB_KEY: hub.accessKey,
      PROJECT: hub.project,
      OTS: ots.endPoint,
      OTS_ID: ots.accessId,
      OTS_KEY: ots.accessKey,
      INSTANCE: ots.instanceName,
      ALERTS: alerts.url,
    },
    async send(events) {
      for (const { key, text } of events)
        hub.put(topic, String(Number(key) % SHARDS), [valuesOf(text, fields)]);
      if (++sent % 3 === 0) hub.disconnect();
    },
    async rows(table) {
      if (table !== 'raw_info') return readTable(alerts, table);
      return ots.rows(dimension).map(
        (row): TableRow =>
          // Absent is NULL.
          ({ raw_premium: null, raw_info: null, ...row, id: Number(row.id) }) as TableRow,
      );
    },
    async remove() {
      await alerts.drop();
      await ots.close();
      await hub.close();
    },
  };
}

/** The fields of an event; of a line that is none a row that cannot be decoded. */
function valuesOf(text: string, fields: readonly (readonly (string | undefined)[])[]): (string | null)[] {
  const event = text.startsWith('{')
    ? (JSON.parse(text) as Record<string, unknown>)
    : { id: '9223372036854775807' };
  return fields.map(([name]) => {
    const value = event[name as string] ?? null;
    return value === null ? null : String(value);
  });
}
