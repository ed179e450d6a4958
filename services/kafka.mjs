// A Kafka broker of one's own, for tests and for trying things out. Needs Java 17 and, for the first start, Maven.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { answers } from './kafka/answers.mjs';
import { fetchJars } from './kafka/jars.mjs';
import { end, launch, running } from './kafka/process.mjs';
import { prepare } from './kafka/storage.mjs';

/**
 * Starts a broker and waits until it answers. A directory that a broker ran in before goes on with its data and its port.
 *
 * `port`: absent: a free one. `settings`: lines of server.properties that replace or add to ours.
 * `detached`: it outlives this process; absent: it ends with it.
 * `signal` of `stop`: absent: an orderly end; 'SIGKILL': as if the machine went down.
 */
export async function startKafka({ directory, port, settings = {}, detached = false }) {
  const folder = resolve(directory);
  const jars = await fetchJars();
  const address = await prepare(jars, folder, port, settings);
  const began = Date.now();
  const pid = await launch(jars, folder, detached);
  while (!(await answers(address))) {
    if (!running(pid)) throw new Error(`Kafka ended while it started:\n${lastLines(folder)}`);
    if (Date.now() - began > 60_000) {
      await end(pid, 'SIGKILL');
      throw new Error(`Kafka does not answer on ${address} after 60 s:\n${lastLines(folder)}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  return { brokers: [address], pid, stop: (signal) => end(pid, signal) };
}

const lastLines = (folder) =>
  readFileSync(join(folder, 'broker.log'), 'utf8').trim().split('\n').slice(-15).join('\n');

/** The broker of a directory, where one runs: its process and its address. */
export function foundKafka(directory) {
  const folder = resolve(directory);
  const file = join(folder, 'pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  if (!running(pid)) return undefined;
  return { address: addressOf(folder), pid, stop: (signal) => end(pid, signal) };
}

/** The port that the broker of a directory has, or had when it ran; undefined: none ran there. */
export const portOf = (directory) => addressOf(resolve(directory))?.split(':').at(-1);

function addressOf(folder) {
  const file = join(folder, 'server.properties');
  if (!existsSync(file)) return undefined;
  return /^advertised\.listeners=.*?:\/\/(\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
}
