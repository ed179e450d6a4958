import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** On what the bench ran. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  /** Versions of Millrace and of the packages that it runs on. */
  readonly packages: Readonly<Record<string, string>>;
}

/** This machine. */
export function thisMachine(): Machine {
  const { version, dependencies } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string; dependencies: Record<string, string> };
  const shown = ['rxjs', 'immutable', 'knex', 'sqlite3', 'tsx'];
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    packages: Object.fromEntries([
      ['millrace', version],
      ...shown.map((name) => [name, dependencies[name] ?? '?']),
    ]),
  };
}
