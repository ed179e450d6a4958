// `npm run profile <job>`: where the engine's time goes. Writes a .cpuprofile for the tools of Chrome or VS Code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { planOf } from './bench-job.ts';
import { JOB_NAMES, type JobName } from './data/data-set.ts';
import { DataFolder } from './data-folder.ts';
import { DataTopics } from './data-topics.ts';
import { PARTS } from './parts/parts.ts';
import { byFile, topFrames } from './profile/frames.ts';
import { profiled } from './profile/profiled.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1000000' },
    keys: { type: 'string', default: '50000' },
    epoch: { type: 'string', default: '1000' },
    part: { type: 'string', default: 'ndjson' },
    top: { type: 'string', default: '25' },
  },
});
const job = JOB_NAMES.find((name) => name === positionals[0]);
const part = Object.entries(PARTS).find(([name]) => name === values.part)?.[0] as
  | keyof typeof PARTS
  | undefined;
if (job === undefined || part === undefined) {
  console.error(
    `npm run profile <${JOB_NAMES.join('|')}> -- [--part ${Object.keys(PARTS).join('|')}] [--rows N] [--keys N] [--epoch N] [--top N]`,
  );
  process.exit(2);
}
await profileJob(job, part);

async function profileJob(name: JobName, partName: keyof typeof PARTS): Promise<void> {
  const shape = { rows: Number(values.rows), keys: Number(values.keys) };
  const epoch = Number(values.epoch);
  const data = new DataFolder();
  const topics = new DataTopics(data.path);
  try {
    const file = data.events(name, shape);
    const place = {
      file,
      folder: data.path,
      ...(partName.startsWith('kafka-') && { topic: await topics.of(name, file) }),
    };
    const group = { part: partName, job: name, shape, epochs: [epoch], rounds: 1 };
    const made = await PARTS[partName]({ group, place });
    const ready = await made.engine(epoch).prepare();
    const profile = await profiled(() => ready.run());
    await ready.close?.();
    mkdirSync('.millrace', { recursive: true });
    const written = `.millrace/${planOf(name).name}-${partName}.cpuprofile`;
    writeFileSync(written, JSON.stringify(profile));
    console.log(
      `${name}, ${partName}, ${shape.rows} rows, ${shape.keys} keys, epochs of ${epoch}: ${written}\n`,
    );
    console.log(topFrames(profile, Number(values.top)));
    console.log(`\n${byFile(profile)}`);
  } finally {
    await topics.close();
    data.remove();
  }
}
