// A DataHub of one's own over HTTP: it checks signatures by code of its own, keeps topics in memory and fails as it is told.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { StoredSubscription } from './stored-subscription.ts';
import { Refusal, type StoredData, StoredTopic, type TopicMaking } from './stored-topic.ts';

/** What goes wrong with the next calls. */
interface Mishap {
  /** `sub`, `pub`, `cursor`, `open`, `commit`, `topic`, `shards`; absent: any call. */
  readonly action?: string;
  /** How many calls; default 1. */
  readonly times?: number;
  /**
   * An error with this code and status; the connection ends before anything is done, within the answer, or once all is done; no answer; of a `pub`, these places fail with
   * this code and the others are written.
   */
  readonly as:
    | { readonly code: string; readonly status?: number; readonly message?: string }
    | 'drop'
    | 'half'
    | 'silence'
    | 'lost'
    | { readonly places: readonly number[]; readonly code: string };
}

/** A server with its topics. */
export interface TestDataHub {
  readonly endPoint: string;
  readonly project: string;
  readonly accessId: string;
  readonly accessKey: string;
  /** How often each action was called. */
  readonly calls: Readonly<Record<string, number>>;
  createTopic(name: string, making: TopicMaking): StoredTopic;
  /** Adds records to a shard. */
  put(topic: string, shard: string, rows: readonly StoredData[], time?: number): void;
  /** What a topic holds, by shard. */
  rows(topic: string): Readonly<Record<string, readonly StoredData[]>>;
  subscription(topic: string, id: string): StoredSubscription;
  /** What goes wrong next, after what was told before. */
  fail(mishap: Mishap): void;
  /** Nothing more goes wrong. */
  calm(): void;
  /** By how many milliseconds the service's clock is ahead. */
  setClock(ahead: number): void;
  /** Cuts all connections. */
  disconnect(): void;
  /** Stops to listen, and listens again at the same port. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What a server is started with. */
export interface DataHubServerOptions {
  readonly project?: string;
  readonly accessId?: string;
  readonly accessKey?: string;
  /** Requests must bear it. */
  readonly securityToken?: string;
}

const LIMIT = 4 << 20;
const SKEW = 15 * 60_000;

/** Starts a server at a port that is free. */
export async function startDataHubServer(options: DataHubServerOptions = {}): Promise<TestDataHub> {
  const {
    project = 'insurance',
    accessId = 'LTAI5tTest',
    accessKey = 'test-secret-key',
    securityToken,
  } = options;
  const topics = new Map<string, StoredTopic>();
  const subscriptions = new Map<string, StoredSubscription>();
  const mishaps: { action: string | undefined; left: number; as: Mishap['as'] }[] = [];
  const calls: Record<string, number> = {};
  const sockets = new Set<Socket>();
  let ahead = 0;

  const topicOf = (name: string): StoredTopic => {
    const topic = topics.get(name);
    if (topic === undefined)
      throw new Refusal('NoSuchTopic', `The specified topic name does not exist: ${name}`, 404);
    return topic;
  };

  function authenticate({ method, url, headers }: IncomingMessage): void {
    const date = String(headers.date);
    if (Math.abs(Date.parse(date) - (Date.now() + ahead)) > SKEW)
      throw new Refusal('Unauthorized', 'The request time is too far from the time of the service', 401);
    let text = `${method}\n${headers['content-type'] ?? ''}\n${date}\n`;
    for (const name of Object.keys(headers).sort())
      if (name.startsWith('x-datahub-')) text += `${name}:${headers[name]}\n`;
    text += url;
    const wanted = createHmac('sha1', accessKey).update(text, 'utf8').digest().toString('base64');
    if (headers.authorization !== `DATAHUB ${accessId}:${wanted}`)
      throw new Refusal('Unauthorized', 'The request signature is wrong', 401);
    if (securityToken !== undefined && headers['x-datahub-security-token'] !== securityToken)
      throw new Refusal('Unauthorized', 'The security token is invalid', 401);
  }

  /** What a request asks for. */
  function actionOf({ method, url = '' }: IncomingMessage, text: string): string {
    if (method === 'GET') return url.endsWith('/shards') ? 'shards' : 'topic';
    return String((JSON.parse(text) as { Action: unknown }).Action);
  }

  function answer(
    { url = '' }: IncomingMessage,
    action: string,
    text: string,
    as: Mishap['as'] | undefined,
  ): string {
    const match =
      /^\/projects\/([^/]+)\/topics\/([^/]+)(?:\/(shards|subscriptions)(?:\/([^/]+)(\/offsets)?)?)?$/.exec(
        url,
      );
    if (match?.[1] !== project)
      throw new Refusal('NoSuchProject', `The specified project name does not exist`, 404);
    const name = match[2] as string;
    const topic = topicOf(name);
    const id = match[4] ?? '';
    if (action === 'topic') return JSON.stringify(topic.describe());
    if (action === 'shards') return JSON.stringify(topic.list());
    const body = JSON.parse(text);
    switch (action) {
      case 'cursor':
        return JSON.stringify(topic.cursor(id, body));
      case 'sub':
        return JSON.stringify(topic.read(id, body.Cursor, body.Limit));
      case 'pub':
        return JSON.stringify(write(topic, body.Records, as));
      case 'open':
        for (const shard of body.ShardIds) topic.shard(shard);
        return subscriptionOf(name, id).open(body.ShardIds);
      case 'commit':
        subscriptionOf(name, id).commit(text);
        return '{}';
      default:
        throw new Refusal('InvalidParameter', `Action ${action}`);
    }
  }

  function subscriptionOf(topic: string, id: string): StoredSubscription {
    const found = subscriptions.get(`${topic}/${id}`);
    if (found === undefined) throw new Refusal('NoSuchSubscription', `no subscription ${id}`, 404);
    return found;
  }

  function write(
    topic: StoredTopic,
    records: readonly { ShardId: string; Data: StoredData; Attributes?: Record<string, string> }[],
    as: Mishap['as'] | undefined,
  ): object {
    if (records.length > 10_000) throw new Refusal('InvalidParameter', 'more than 10000 records');
    const told = typeof as === 'object' && 'places' in as ? as : undefined;
    const FailedRecords = records.flatMap(({ ShardId, Data, Attributes }, Index) => {
      if (told?.places.includes(Index)) return [{ Index, ErrorCode: told.code, ErrorMessage: told.code }];
      try {
        topic.put(ShardId, Data, Date.now() + ahead, Attributes);
        return [];
      } catch (error) {
        const { code, message } = error as Refusal;
        return [{ Index, ErrorCode: code, ErrorMessage: message }];
      }
    });
    return { FailedRecordCount: FailedRecords.length, FailedRecords };
  }

  let requests = 0;
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const send = (status: number, body: string) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-datahub-request-id': `r-${++requests}`,
        date: new Date(Date.now() + ahead).toUTCString(),
      });
      response.end(body);
    };
    try {
      authenticate(request);
      const action = actionOf(request, text);
      calls[action] = (calls[action] ?? 0) + 1;
      if (Buffer.byteLength(text) > LIMIT)
        throw new Refusal('InvalidParameter', 'The body is too large', 413);
      const at = mishaps.findIndex((mishap) => mishap.action === undefined || mishap.action === action);
      const mishap = mishaps[at];
      if (mishap !== undefined && --mishap.left === 0) mishaps.splice(at, 1);
      const as = mishap?.as;
      if (as === 'drop') request.socket.destroy();
      else if (as === 'half') {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('{"Records":[', () => request.socket.destroy());
      } else if (as === 'silence') return;
      else if (as === 'lost') {
        answer(request, action, text, as);
        request.socket.destroy();
      } else if (as !== undefined && !('places' in as)) throw new Refusal(as.code, as.message, as.status);
      else send(200, answer(request, action, text, as));
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal('InternalServerError', String(error), 500);
      send(
        refusal.status,
        JSON.stringify({ RequestId: 'r', ErrorCode: refusal.code, ErrorMessage: refusal.message }),
      );
    }
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    disconnect();
    await closed;
  };

  return {
    ...{ project, accessId, accessKey, calls, disconnect, stop, close: stop },
    endPoint: `http://127.0.0.1:${port}`,
    createTopic(name, making) {
      const topic = new StoredTopic(making);
      topics.set(name, topic);
      return topic;
    },
    put(topic, shard, rows, time = Date.now() + ahead) {
      for (const row of rows) topicOf(topic).put(shard, row, time);
    },
    rows: (topic) =>
      Object.fromEntries(
        [...topicOf(topic).shards].map(([id, { records }]) => [id, records.map(({ data }) => data)]),
      ),
    subscription(topic, id) {
      const subscription = new StoredSubscription();
      subscriptions.set(`${topic}/${id}`, subscription);
      return subscription;
    },
    fail: ({ action, times = 1, as }) => void mishaps.push({ action, left: times, as }),
    calm() {
      mishaps.length = 0;
    },
    setClock(by) {
      ahead = by;
    },
    restart: () => listen(port),
  };
}
