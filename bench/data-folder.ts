import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATA_SETS, type JobName } from './data/data-set.ts';
import type { Shape } from './data/shape.ts';
import { writeEvents } from './data/write-events.ts';

/** A folder for the data of one run of the bench; files are made when they are first asked for. It goes when the process ends. */
export class DataFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'millrace-bench-'));

  constructor() {
    process.once('exit', () => this.remove());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  }

  /** The events of a job as NDJSON. */
  events(job: JobName, shape: Shape): string {
    const { source, events } = DATA_SETS[job];
    const file = join(this.path, `${source}-${shape.rows}-${shape.keys}.ndjson`);
    if (!existsSync(file)) writeEvents(file, events(shape), shape);
    return file;
  }

  remove(): void {
    // A broker that ends may still write.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
