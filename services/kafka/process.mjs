import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What starts a Java program of Kafka: a small heap, and the quickest start rather than the best speed. */
export const javaArguments = (jars, level) => [
  '-Xmx256m',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  `-Dorg.slf4j.simpleLogger.defaultLogLevel=${level}`,
  '-cp',
  join(jars, '*'),
];

// Java ends when the pipe to this process closes: whoever starts a broker and is killed leaves none behind.
const ENDS_WITH_US = 'p=$1; shift; "$@" & echo $! > "$p"; cat; kill -9 $! 2>/dev/null';

/** Starts the broker of a prepared folder; its output goes to `broker.log`. The number of its process. */
export async function launch(jars, folder, detached) {
  const log = openSync(join(folder, 'broker.log'), 'w');
  const file = join(folder, 'pid');
  await rm(file, { force: true });
  const java = ['java', ...javaArguments(jars, 'warn'), 'kafka.Kafka', join(folder, 'server.properties')];
  const command = detached ? 'echo $$ > "$1"; shift; exec "$@"' : ENDS_WITH_US;
  const child = spawn('sh', ['-c', command, 'sh', file, ...java], {
    cwd: folder,
    detached,
    stdio: [detached ? 'ignore' : 'pipe', log, log],
  });
  closeSync(log);
  child.unref();
  child.stdin?.unref?.();
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Is there a process of this number? */
export function running(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends a process and waits for that; one that does not end within 15 s is killed. */
export async function end(pid, signal = 'SIGTERM') {
  const began = Date.now();
  for (let sent; running(pid); ) {
    const wanted = Date.now() - began > 15_000 ? 'SIGKILL' : signal;
    if (sent !== wanted && running(pid)) process.kill(pid, wanted);
    sent = wanted;
    await new Promise((done) => setTimeout(done, 20));
  }
}
