import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOME } from './home.mjs';
import { javaArguments } from './process.mjs';

const run = promisify(execFile);
const CLUSTER = 'bWlsbHJhY2Uta2Fma2EtMQ';

/** Writes server.properties and formats the storage, where that is not done. The broker's address. */
export async function prepare(jars, folder, port, settings) {
  const file = join(folder, 'server.properties');
  const before = existsSync(file) ? await readFile(file, 'utf8') : '';
  const was = /^advertised\.listeners=.*?:\/\/127\.0\.0\.1:(\d+)$/m.exec(before)?.[1];
  const broker = port ?? (was === undefined ? await freePort() : Number(was));
  await mkdir(folder, { recursive: true });
  await writeFile(file, lines({ ...ours(folder, broker, await freePort()), ...settings }));
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'meta.properties'))) await format(jars, file, data, settings['node.id'] ?? 1);
  return `127.0.0.1:${broker}`;
}

/** What makes a folder the storage of a broker. */
const FORMATTED = ['bootstrap.checkpoint', 'meta.properties'];

/** Formats the storage. Only the first time for a node: another cluster of one's own gets a copy, which is there in no time. */
async function format(jars, file, data, node) {
  const kept = join(HOME, `formatted-${node}`);
  if (existsSync(kept)) {
    await mkdir(data, { recursive: true });
    for (const name of FORMATTED) await copyFile(join(kept, name), join(data, name));
    return;
  }
  const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', file];
  await run('java', [...javaArguments(jars, 'error'), ...tool]).catch((error) => {
    throw new Error(`Kafka's storage cannot be formatted: ${error.stderr || error.message}`);
  });
  // Two may do so at the same time: whole folders are moved into place.
  const own = await mkdtemp(join(HOME, 'formatting-'));
  for (const name of FORMATTED) await copyFile(join(data, name), join(own, name));
  await rename(own, kept).catch(() => rm(own, { recursive: true }));
}

const lines = (settings) =>
  `${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;

/** One process that is broker and controller, all that is replicated elsewhere kept once. */
const ours = (folder, broker, controller) => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${controller}`,
  listeners: `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker}`,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'log.dirs': join(folder, 'data'),
  'auto.create.topics.enable': false,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 1,
  'group.initial.rebalance.delay.ms': 0,
  'log.cleaner.dedupe.buffer.size': 8_388_608,
  // A broker that was killed is let in again once its earlier self is given up.
  'broker.session.timeout.ms': 1500,
  'broker.heartbeat.interval.ms': 300,
});

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
