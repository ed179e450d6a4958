// `npm run services`: what the jobs want in production, on this machine.
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadEnvFile } from '../src/cli/load-env-file.ts';
import { sendDimensions } from './dimensions.ts';
import { sendEvents } from './events.ts';
import { HOME } from './kafka/home.mjs';
import { foundKafka, portOf, startKafka } from './kafka.mjs';

const HELP = `npm run services -- start    starts a Kafka broker (Java 17; the first time also Maven), and says which databases are there
                  -- status   says what is there
                  -- events   makes the topics of the jobs, sends events of the last day to them, and fills the table that is looked up
                  -- stop     ends the broker; its data stay
  --port N       of the broker; default 9092, or the one that it had
  --directory D  its data; default .millrace/services/kafka/<version>/data
  --rows N       events of each source; default 10000`;

/** Servers that are not started from here. */
const DATABASES = [
  { name: 'MariaDB or MySQL', port: 3306, compose: 'mariadb', packaged: 'mariadb-server' },
  { name: 'PostgreSQL', port: 5432, compose: 'postgres', packaged: 'postgresql' },
] as const;

/** Says what is there, and how to get what is not. */
async function tellStatus(kafka: string | undefined): Promise<void> {
  log(`Kafka: ${kafka ?? 'not running: npm run services -- start'}`);
  for (const { name, port, compose, packaged } of DATABASES) {
    const there = await listens(port);
    const how = `nobody listens on 127.0.0.1:${port}: docker compose up -d --wait ${compose}, or apt-get install ${packaged}`;
    log(`${name}: ${there ? `127.0.0.1:${port}` : how}`);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: 2000 });
    const done = (there: boolean) => () => {
      socket.destroy();
      resolve(there);
    };
    socket.on('connect', done(true)).on('error', done(false)).on('timeout', done(false));
  });
}

/** A whole number above 0 of the command line. */
function count(name: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= most) return number;
  throw new Error(`--${name} wants a whole number from 1 to ${most}, not '${text}'`);
}

const log = (line: string): void => console.log(line);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      directory: { type: 'string', default: join(HOME, 'data') },
      rows: { type: 'string', default: '10000' },
    },
  });
  const { directory } = values;
  const rows = count('rows', values.rows, 100_000_000);
  const found = foundKafka(directory);
  switch (positionals[0]) {
    case 'start': {
      const port = count('port', values.port ?? portOf(directory) ?? '9092', 65_535);
      const address = found?.address ?? (await startKafka({ directory, port, detached: true })).brokers[0];
      return tellStatus(address);
    }
    case 'status':
      return tellStatus(found?.address);
    case 'events': {
      if (found === undefined) throw new Error('no broker runs: npm run services -- start');
      loadEnvFile();
      await sendDimensions(log);
      return sendEvents({ brokers: [found.address], rows, log });
    }
    case 'stop':
      await found?.stop();
      log(found ? 'stopped' : 'not running');
      return;
    default:
      throw new Error(HELP);
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
