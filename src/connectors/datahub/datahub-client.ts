import { cursorIn, descriptionIn, failedIn, offsetsIn, recordsIn, shardsIn } from './datahub-answers.ts';
import type { DataHubConnection } from './datahub-connection.ts';
import { datahubHttp } from './datahub-http.ts';
import type { CursorAt, DataHubPort } from './datahub-port.ts';

/**
 * A topic over HTTP.
 * @param silence milliseconds without a byte after which a call has failed; default 30 s
 */
export function datahubClient(connection: DataHubConnection, silence?: number): DataHubPort {
  const http = datahubHttp(connection, silence);
  const topic = `/projects/${connection.project}/topics/${connection.topic}`;
  const shardPath = (shard: string) => `${topic}/shards/${encodeURIComponent(shard)}`;
  const offsetsPath = (subscription: string) =>
    `${topic}/subscriptions/${encodeURIComponent(subscription)}/offsets`;
  const post = (path: string, body: object) => http.call('POST', path, JSON.stringify(body));

  return {
    describe: async () => descriptionIn(await http.call('GET', topic)),
    shards: async () => shardsIn(await http.call('GET', `${topic}/shards`)),
    cursor: async (shard, at) =>
      cursorIn(await post(shardPath(shard), { Action: 'cursor', ...cursorBody(at) })),
    read: async (shard, cursor, limit) =>
      recordsIn(await post(shardPath(shard), { Action: 'sub', Cursor: cursor, Limit: limit })),
    async write(records) {
      const Records = records.map(({ shard, data, attributes }) => ({
        ...{ ShardId: shard, Data: data, Attributes: attributes },
      }));
      return failedIn(await post(`${topic}/shards`, { Action: 'pub', Records }));
    },
    openSubscription: async (subscription, shards) =>
      offsetsIn(await post(offsetsPath(subscription), { Action: 'open', ShardIds: shards })),
    async commit(subscription, offsets) {
      const of = [...offsets].map(([shard, { sequence, time, version, session }]) => {
        const stands = `"Sequence":${sequence},"Timestamp":${time},"BatchIndex":0`;
        return `${JSON.stringify(shard)}:{${stands},"Version":${version},"SessionId":${session}}`;
      });
      // Written by hand: version and session are numbers beyond what JSON.stringify can write.
      await http.call('PUT', offsetsPath(subscription), `{"Action":"commit","Offsets":{${of.join(',')}}}`);
    },
    close: () => http.close(),
  };
}

function cursorBody(at: CursorAt): object {
  if (at === 'oldest') return { Type: 'OLDEST' };
  if (at === 'latest') return { Type: 'LATEST' };
  return 'time' in at
    ? { Type: 'SYSTEM_TIME', SystemTime: at.time }
    : { Type: 'SEQUENCE', Sequence: at.sequence };
}
