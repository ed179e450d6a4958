import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tablestorePort } from '../../../src/connectors/ots/driver/tablestore-port.ts';
import type { OtsFault } from '../../../src/connectors/ots/ots-fault.ts';
import { checkOtsOptions, type OtsOptions } from '../../../src/connectors/ots/ots-options.ts';
import type { OtsCell, OtsPort, OtsRow, OtsValue } from '../../../src/connectors/ots/ots-port.ts';
import { type Fault, type OtsServer, startOtsServer } from './ots-server.ts';

let server: OtsServer;
let port: OtsPort;

const open = (more: Partial<OtsOptions> = {}): OtsPort =>
  tablestorePort(checkOtsOptions('t', { ...server, ...more }));

beforeEach(async () => {
  server = await startOtsServer();
  server.create('t', [{ name: 'id', type: 'INTEGER' }]);
  port = open();
});
afterEach(async () => {
  port.close();
  await server.close();
});

const key = (id: bigint): OtsCell[] => [['id', id]];
const caught = (work: Promise<unknown>): Promise<OtsFault> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error,
  );
const put = (id: bigint, cells: readonly OtsCell[] = [['v', 'a']]) =>
  port.write('t', [{ kind: 'put', key: key(id), cells }]);

describe('rows', () => {
  const values: readonly (readonly [string, OtsValue])[] = [
    ['the least integer', -(2n ** 63n)],
    ['the greatest integer', 2n ** 63n - 1n],
    ['an integer beyond 2^53', 9007199254740993n],
    ['minus one', -1n],
    ['zero', 0n],
    ['a double', 0.1],
    ['the greatest double', Number.MAX_VALUE],
    ['the least double above zero', 5e-324],
    ['an integral double', 5],
    ['true', true],
    ['false', false],
    ['an empty text', ''],
    ['a text', '千流 🚰 \u0000"\n'],
    ['bytes', new Uint8Array([0, 255, 128])],
  ];

  test.each(values)('%s is read as it was written', async (_, value) => {
    expect(await put(1n, [['v', value]])).toEqual([undefined]);
    const [row] = await port.read('t', [key(1n)]);
    const found = (row as OtsRow).cells.get('v');
    expect(value instanceof Uint8Array ? Uint8Array.from(found as Uint8Array) : found).toEqual(value);
  });

  test('keys of four columns, rows that are not there, rows without other columns', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const four = (text: string): OtsCell[] => names.map((name, i) => [name, i % 2 ? BigInt(i) : text + i]);
    await port.create(
      'four',
      names.map((name, i) => ({ name, type: i % 2 ? 'INTEGER' : 'STRING' })),
    );
    await port.write('four', [{ kind: 'put', key: four('é'), cells: [] }]);
    expect(await port.read('four', [four('x'), four('é'), four('')])).toEqual([
      null,
      { key: four('é'), cells: new Map() },
      null,
    ]);
  });

  test('an update keeps columns that it does not name, and takes those that are gone', async () => {
    await put(1n, [
      ['a', 1n],
      ['b', 2n],
      ['c', 3n],
    ]);
    await port.write('t', [{ kind: 'update', key: key(1n), cells: [['a', 'x']], gone: ['b', 'none'] }]);
    expect(server.rows('t')).toEqual([{ id: 1n, a: 'x', c: 3n }]);
    await port.write('t', [{ kind: 'delete', key: key(1n) }]);
    expect(server.rows('t')).toEqual([]);
  });

  test('a range goes on where the answer before ended', async () => {
    for (let id = 0n; id < 200n; id += 100n)
      await port.write(
        't',
        Array.from({ length: 100 }, (_, i) => ({ kind: 'put', key: key(id + BigInt(i)), cells: [] })),
      );
    const schema = [{ name: 'id', type: 'INTEGER' }] as const;
    const ids: OtsValue[] = [];
    let from: Awaited<ReturnType<OtsPort['range']>>['next'];
    do {
      const part = await port.range('t', from, schema, 100);
      ids.push(...part.rows.map((row) => row.key[0]?.[1] as OtsValue));
      from = part.next;
    } while (from);
    expect(ids).toEqual(Array.from({ length: 200 }, (_, i) => BigInt(i)));
  });
});

describe('conditions', () => {
  const cells: readonly OtsCell[] = [
    ['s', 'a'],
    ['i', 5n],
    ['d', 0.5],
    ['b', false],
  ];
  const values: readonly OtsCell[] = [
    ['s', ''],
    ['i', -(2n ** 63n)],
    ['d', -1],
    ['b', false],
  ];
  const other: readonly OtsCell[] = [
    ['s', 'b'],
    ['i', 6n],
    ['d', 0.25],
    ['b', true],
  ];

  test.each([0, 1, 2, 3])('column %i has the value, has another, or is not there', async (at) => {
    const cell = cells[at] as OtsCell;
    const attempt = async (condition: { equal: readonly OtsCell[]; absent: readonly OtsCell[] }) => {
      const [fault] = await port.write('t', [
        {
          kind: 'update',
          key: key(1n),
          cells: [['w', 1n]],
          gone: [],
          condition: { exists: true, ...condition },
        },
      ]);
      return fault?.kind ?? 'made';
    };
    const outcomes = async () => [
      await attempt({ equal: [cell], absent: [] }),
      await attempt({ equal: [], absent: [cell] }),
    ];
    expect(await outcomes()).toEqual(['condition', 'condition']);
    await put(1n, cells);
    expect(await outcomes()).toEqual(['made', 'condition']);
    expect(await attempt({ equal: cells, absent: [['none', 1n]] })).toBe('made');
    await put(1n, [values[at] as OtsCell]);
    expect((await outcomes())[1]).toBe('condition');
    await put(1n, [other[at] as OtsCell]);
    expect(await outcomes()).toEqual(['condition', 'condition']);
    expect(await attempt({ equal: cells, absent: [] })).toBe('condition');
    await put(1n, []);
    expect(await outcomes()).toEqual(['condition', 'made']);
  });

  test('a row that must not be there', async () => {
    const write = () =>
      port.write('t', [
        { kind: 'put', key: key(1n), cells, condition: { exists: false, equal: [], absent: [] } },
      ]);
    expect(await write()).toEqual([undefined]);
    expect((await write())[0]?.kind).toBe('condition');
  });
});

describe('tables', () => {
  test('a table that is not there; one that is there already', async () => {
    expect(await port.describe('none')).toBeUndefined();
    expect(await port.describe('t')).toEqual({
      key: [{ name: 'id', type: 'INTEGER', increments: false }],
      declared: [],
      timeToLive: -1,
      allowsUpdate: true,
    });
    expect((await caught(port.create('t', [{ name: 'id', type: 'INTEGER' }]))).kind).toBe('table exists');
  });
});

describe('faults', () => {
  const faults: readonly (readonly [string, Fault, OtsFault['kind'], string])[] = [
    [
      'throttling',
      { error: 'OTSNotEnoughCapacityUnit', status: 403 },
      'away',
      'OTSNotEnoughCapacityUnit: injected (request',
    ],
    ['a conflict', { error: 'OTSRowOperationConflict', status: 409 }, 'away', 'OTSRowOperationConflict'],
    ['a busy server', { error: 'OTSServerBusy', status: 503 }, 'away', 'OTSServerBusy'],
    [
      'an error of the server',
      { error: 'OTSInternalServerError', status: 500 },
      'away',
      'OTSInternalServerError',
    ],
    [
      'no permission',
      { error: 'OTSNoPermissionAccess', status: 403 },
      'final',
      'permission to read and write',
    ],
    [
      'wrong parameters',
      { error: 'OTSParameterInvalid', status: 400, message: '错误'.repeat(80) },
      'final',
      '错误错误',
    ],
    ['a gateway', { plain: 502 }, 'away', 'HTTP status 502'],
    ['another server', { plain: 404 }, 'final', 'HTTP status 404'],
    ['no answer', { drop: 'before' }, 'away', 'not reachable'],
    ['no answer though it was done', { drop: 'after' }, 'away', 'not reachable'],
    ['half an answer', { drop: 'inside' }, 'away', 'broke inside an answer'],
  ];

  test.each(faults)('%s', async (_, fault, kind, text) => {
    server.inject(() => fault);
    const found = await caught(port.read('t', [key(1n)]));
    expect([found.kind, found.message]).toEqual([kind, expect.stringContaining(text)]);
    server.inject(undefined);
    expect(await port.read('t', [key(1n)])).toEqual([null]);
    expect(server.seen.length).toBe(2);
  });

  test('of one row in a batch', async () => {
    server.inject(() => ({ rows: { 1: 'OTSServerBusy' } }));
    const [first, second] = await port.read('t', [key(1n), key(2n)]);
    expect([first, (second as OtsFault).kind]).toEqual([null, 'away']);
  });

  test('a wrong secret is named by neither its value nor ours', async () => {
    const other = open({ accessKey: 'another-secret' });
    const fault = await caught(other.read('t', [key(1n)]));
    other.close();
    expect(fault.message).toMatch(/OTSAuthFailed.*check accessId/);
    expect(fault.message).not.toMatch(/secret/);
  });

  test('an answer that does not come', async () => {
    const late = open({ socketTimeout: 50 });
    let end = () => {};
    server.inject(() => ({
      wait: new Promise<void>((resolve) => {
        end = resolve;
      }),
    }));
    expect((await caught(late.read('t', [key(1n)]))).message).toMatch(/timed out after 50ms/);
    end();
    late.close();
  });

  test('a connection that is not made', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port: number } = silent.address() as AddressInfo;
    const unmade = open({ endPoint: `https://127.0.0.1:${number}`, connectTimeout: 50 });
    const fault = await caught(unmade.read('t', [key(1n)]));
    expect([fault.kind, fault.message]).toEqual(['away', 'not reachable: no connection within 50 ms']);
    unmade.close();
    await new Promise((resolve) => silent.close(resolve));
  });

  test('after close', async () => {
    port.close();
    expect((await caught(port.describe('t'))).message).toBe('closed');
  });
});

test('connections are kept, and the process has its own agent as it was', async () => {
  const before = http.globalAgent.maxSockets;
  for (let i = 0; i < 5; i++) await port.read('t', [key(1n)]);
  expect([server.connections, http.globalAgent.maxSockets]).toEqual([1, before]);
});
