// A collector that listens: what requests are answered with, and what is stored.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type Collector,
  type CollectorOptions,
  openCollector,
} from '../../../src/connectors/collect/collector.ts';
import { column, spec } from '../file/support.ts';
import { badDisk, storeFolder } from './store-folder.ts';

const folder = storeFolder();
const opened: Collector[] = [];
afterEach(async () => {
  for (const collector of opened.splice(0)) await collector.close();
});

const { schema } = spec([column('id', 'BIGINT'), column('name', 'VARCHAR')]);
const open = async (options: Partial<CollectorOptions> = {}): Promise<Collector> => {
  const collector = await openCollector({
    sources: [{ ...schema, name: 'visit' }],
    directory: folder.path('collected'),
    port: 0,
    ...options,
  });
  opened.push(collector);
  return collector;
};

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}
const send = (collector: Collector, { method = 'POST', path = '/visit', headers, body }: Sent) =>
  new Promise<Reply>((resolve, reject) => {
    const sent = httpRequest(
      collector.url + path,
      { method, headers: { 'content-type': 'application/json', ...headers }, agent: false },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        reply.on('end', () => resolve({ status: reply.statusCode as number, headers: reply.headers, text }));
      },
    );
    sent.on('error', reject).end(body);
  });

const NDJSON = { 'content-type': 'application/x-ndjson' };
const GZIP = { 'content-encoding': 'gzip' };

describe('taken', () => {
  test.each<[string, Sent, number]>([
    ['one object', { body: '{"id":1}' }, 1],
    ['an array', { body: '[{"id":1},{"id":2,"name":"ä"}]' }, 2],
    ['an empty array', { body: '[]' }, 0],
    ['lines', { headers: NDJSON, body: '{"id":1}\n{"id":2}' }, 2],
    ['lines with empty ones', { headers: NDJSON, body: '{"id":1}\r\n\n{"id":2}\n' }, 2],
    ['gzip', { headers: { ...NDJSON, ...GZIP }, body: gzipSync('{"id":1}\n') }, 1],
    ['a charset', { headers: { 'content-type': 'application/json; charset=UTF-8' }, body: '{"id":1}' }, 1],
  ])('%s', async (_, sent, accepted) => {
    const collector = await open();
    const reply = await send(collector, sent);
    expect([reply.status, JSON.parse(reply.text)]).toEqual([200, { accepted }]);
    expect(collector.accepted()).toBe(accepted);
  });
});

describe('refused, and nothing of it stored', () => {
  test.each<[string, Sent, number, string]>([
    ['a column of the wrong type', { body: '[{"id":1},{"id":"x"}]' }, 400, '"index":1,"column":"id"'],
    ['an integer that is not exact', { body: '{"id":9007199254740993}' }, 400, '9007199254740993'],
    ['no JSON', { body: '{"id":' }, 400, 'JSON'],
    ['no UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, 'UTF-8'],
    ['no gzip', { headers: GZIP, body: '{}' }, 400, 'gzip'],
    ['another type', { headers: { 'content-type': 'text/plain' }, body: '{}' }, 415, 'application/x-ndjson'],
    ['another coding', { headers: { 'content-encoding': 'br' }, body: '{}' }, 415, 'gzip'],
    [
      'another charset',
      { headers: { 'content-type': 'application/json; charset=latin1' }, body: '{}' },
      415,
      'utf-8',
    ],
    ['too large', { body: `[${'{"id":1},'.repeat(30)}{"id":1}]` }, 413, '200 bytes'],
    ['too large unpacked', { headers: GZIP, body: gzipSync(' '.repeat(100_000)) }, 413, '200 bytes'],
    ['another source', { path: '/visits', body: '{}' }, 404, 'visit'],
    ['a path out of the folder', { path: '/..%2Fvisit', body: '{}' }, 404, 'unknown source'],
    ['another method', { method: 'PUT', body: '{}' }, 405, 'POST'],
    [
      'another host, as a web page that leads here',
      { headers: { host: 'evil.example' }, body: '{}' },
      403,
      'localhost',
    ],
    [
      'a bad idempotency key',
      { headers: { 'idempotency-key': 'x'.repeat(256) }, body: '{}' },
      400,
      'Idempotency-Key',
    ],
  ])('%s', async (_, sent, status, words) => {
    const collector = await open({ maxBody: 200 });
    const reply = await send(collector, sent);
    expect([reply.status, reply.text]).toEqual([status, expect.stringContaining(words)]);
    expect(collector.accepted()).toBe(0);
    expect((await send(collector, { body: '{"id":7}' })).status).toBe(200);
  });

  test('without the token, or with another', async () => {
    const collector = await open({ token: 'right' });
    const status = async (authorization?: string) =>
      (await send(collector, { body: '{}', ...(authorization && { headers: { authorization } }) })).status;
    expect([await status(), await status('Bearer righ'), await status('Bearer right')]).toEqual([
      401, 401, 200,
    ]);
    expect((await send(collector, { method: 'GET', path: '/health' })).status).toBe(200);
  });

  test('more than the rate: 429 with when to come again', async () => {
    const collector = await open({ maxRate: 2 });
    const bodies = ['[{"id":1},{"id":2}]', '[{"id":3},{"id":4}]'];
    for (const body of bodies) await send(collector, { body });
    const reply = await send(collector, { body: '{"id":5}' });
    expect([reply.status, Number(reply.headers['retry-after']) >= 1]).toEqual([429, true]);
  });

  test('more under way than fits: 429, while what is under way is answered', async () => {
    const disk = badDisk();
    const collector = await open({ disk, maxBody: 100, maxPending: 200 });
    disk.delay = 300;
    const body = `[{"id":1,"name":"${'x'.repeat(60)}"}]`;
    const replies = await Promise.all(Array.from({ length: 6 }, () => send(collector, { body })));
    const count = (status: number) => replies.filter((reply) => reply.status === status).length;
    expect(count(200)).toBeGreaterThan(0);
    expect(count(429)).toBeGreaterThan(0);
    expect(count(200) + count(429)).toBe(6);
    expect(collector.accepted()).toBe(count(200));
  });

  test('a full disk is 507, another fault 503; it goes on when the disk is well', async () => {
    const disk = badDisk();
    const collector = await open({ disk });
    disk.room = 5;
    expect((await send(collector, { body: '{"id":1}' })).status).toBe(507);
    expect((await send(collector, { method: 'GET', path: '/health' })).status).toBe(503);
    disk.room = Number.POSITIVE_INFINITY;
    disk.failing = 2;
    expect((await send(collector, { body: '{"id":1}' })).status).toBe(503);
    expect((await send(collector, { body: '{"id":1}' })).status).toBe(200);
  });
});

test('an idempotency key: the same body is stored once, another is 422', async () => {
  const collector = await open();
  const headers = { 'idempotency-key': 'order-17' };
  const send3 = async (body: string) => (await send(collector, { headers, body })).status;
  expect([await send3('{"id":1}'), await send3('{"id":1}'), await send3('{"id":2}')]).toEqual([
    200, 200, 422,
  ]);
  expect(collector.accepted()).toBe(1);
});

test('the end: open requests are answered, half a request is cut off, the directory is free again', async () => {
  const disk = badDisk();
  const collector = await open({ disk, patience: 500 });
  const half = connect(Number(new URL(collector.url).port), '127.0.0.1');
  half.write(
    'POST /visit HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  );
  const cut = new Promise((resolve) => half.on('error', () => {}).on('close', resolve));
  disk.delay = 200;
  const open1 = send(collector, { body: '{"id":1}' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([collector.close(), cut]);
  expect((await open1).status).toBe(200);
  await open();
});

test('one collector has a directory', async () => {
  await open();
  await expect(open()).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining('another') });
});

test.each<[string, Partial<CollectorOptions>, string]>([
  ['a host that others reach wants a token', { host: '0.0.0.0' }, '--token-env'],
  ['a body limit that no file takes', { maxBody: 33 << 20 }, 'at most'],
])('%s', async (_, options, words) => {
  await expect(open(options)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(words) });
});
