import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningKafka, startKafka } from '../../../services/kafka.mjs';
import { freePorts } from './free-ports.ts';

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule';

/** A broker, with the address at which it speaks TLS and wants the certificate and the password of `reader`. */
export interface SecuredBroker {
  readonly running: RunningKafka;
  readonly secured: string;
}

/**
 * Starts a broker.
 * @param cert the broker's certificate, and `key` its key; `ca`: who vouches for its clients; `password`: of `reader`, for SCRAM-SHA-256 and -512
 */
export async function startSecured(
  directory: string,
  { cert, key, ca, password }: { cert: string; key: string; ca: string; password: string },
): Promise<SecuredBroker> {
  mkdirSync(directory, { recursive: true });
  const [plain = 0, secured = 0, controller = 0] = await freePorts(3);
  const files = { store: join(directory, 'broker.pem'), trusted: join(directory, 'trusted.pem') };
  writeFileSync(files.store, key + cert);
  writeFileSync(files.trusted, ca);
  const brokerAt = `PLAINTEXT://127.0.0.1:${plain},SECURED://127.0.0.1:${secured}`;
  const settings: Record<string, string> = {
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `${brokerAt},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': brokerAt,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secured.scram-sha-256.sasl.jaas.config': `${SCRAM} required;`,
    'listener.name.secured.scram-sha-512.sasl.jaas.config': `${SCRAM} required;`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': files.store,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': files.trusted,
    // SASL_SSL asks for certificates only where the listener itself says so.
    'listener.name.secured.ssl.client.auth': 'required',
  };
  await format(directory, settings, password);
  return { running: await startKafka({ directory, port: plain, settings }), secured: `127.0.0.1:${secured}` };
}

/** Formats the storage with the user, who is known before the first start. */
async function format(
  directory: string,
  settings: Readonly<Record<string, string>>,
  password: string,
): Promise<void> {
  const { fetchJars } = await part<{ fetchJars(): Promise<string> }>('jars');
  const { javaArguments } = await part<{ javaArguments(jars: string, level: string): string[] }>('process');
  const file = join(directory, 'format.properties');
  const all = {
    ...settings,
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(directory, 'data'),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
  const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=reader,password=${password}]`,
  ]);
  const args = ['kafka.tools.StorageTool', 'format', '-t', 'bWlsbHJhY2Uta2Fma2EtMQ', '-c', file, ...users];
  await promisify(execFile)('java', [...javaArguments(await fetchJars(), 'error'), ...args]);
}

/** A part of the services, which have no declarations. */
const part = async <T>(name: string): Promise<T> =>
  (await import(new URL(`../../../services/kafka/${name}.mjs`, import.meta.url).href)) as T;
