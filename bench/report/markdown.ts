import type { Result } from '../group.ts';
import { DOUBLE_TOLERANCE } from '../tables.ts';
import type { RunRecord } from './record.ts';

/** A run as a page: what was compared and how, and one table. */
export function markdown(record: RunRecord): string {
  const { date, quick, machine, results } = record;
  const versions = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`);
  return [
    '# Millrace against a loop written by hand',
    '',
    `${date.slice(0, 10)}${quick ? ', a quick run (`--quick`)' : ''} · ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB · Node ${machine.node} · ${versions.join(', ')}`,
    '',
    ...HOW,
    '',
    table(results),
    '',
  ].join('\n');
}

const HOW = [
  '`ratio` is what the loop needs divided by what the engine needs: **above 1 the engine needs less**. It is of CPU time (`process.cpuUsage`: all threads), of megabytes in `memory`, of milliseconds in `start`:',
  'the median of the ratios of the rounds, with the least and the greatest behind it. `wall` is the same of wall time.',
  '',
  'The loop (`bench/hand`) is what one would write first for the one job: lines split, `JSON.parse`, native Maps; it checks nothing, has no epochs and commits nothing. The engine checks every column, sums exactly, keeps the versions',
  'of its epochs and commits each. Both run by turns in one process, a process for each group of cases; the first round is discarded. In every round the tables of the engine are compared with those of the loop: equal in all columns,',
  `but for DOUBLE, where the loop sums plain doubles: there to ${DOUBLE_TOLERANCE} of the value.`,
  '',
  '| part | engine | loop |',
  '| --- | --- | --- |',
  '| `ndjson` | a file of NDJSON to tables in memory | the same file to Maps |',
  '| `objects` | objects of the program, every column checked, to tables in memory | the same objects to Maps |',
  '| `engine` | rows that the decoder made before, to tables in memory | objects to Maps |',
  '| `decode` | a file of NDJSON to checked rows | lines split, `JSON.parse` |',
  '| `sqlite` | NDJSON to a SQLite file, a transaction per epoch, `synchronous = NORMAL`; the looked-up table in memory; making and claiming the tables included | the same with the same driver and as many transactions, prepared upserts of up to 200 rows |',
  '| `memory` | peak resident memory of a process that does `ndjson` | the same |',
  '| `start` | `npm run job … --input … --database sqlite:…` on 10 rows until its summary | `npm exec tsx` on the loop until its table |',
  '',
  'Events follow one day from its start to its end; names and texts are Chinese. Runs of 100 000 rows measure growth and compilation as much as the steady state.',
];

/** The table of some cases. */
export function table(results: readonly Result[]): string {
  return [
    '| part | job | rows | keys | epoch | ratio | range | wall | engine | loop | |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | --- |',
    ...results.map((result) => {
      const [part, job, rows, keys, epoch] = result.id.split('/');
      const { ratio, range, wall, engine, hand, unit } = result;
      const counts = [rows, keys, epoch].map((n) => short(Number(n)));
      const shown = [fixed(ratio), `${fixed(range[0])}–${fixed(range[1])}`, wall === null ? '' : fixed(wall)];
      const [bold, ...others] = shown;
      return `| ${[part, job, ...counts, `**${bold}**`, ...others, short(engine), short(hand), unit].join(' | ')} |`;
    }),
  ].join('\n');
}

const fixed = (ratio: number): string => ratio.toFixed(2);

function short(n: number): string {
  if (n >= 999_500) return `${Number((n / 1e6).toPrecision(3))} M`;
  return n >= 10_000 ? `${Number((n / 1000).toPrecision(3))} k` : String(Math.round(n));
}
