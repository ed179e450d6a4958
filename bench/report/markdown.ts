import { isResult, type Latency, type Measured, type Result } from '../group.ts';
import { DOUBLE_TOLERANCE } from '../tables.ts';
import { costOfKeys } from './cost-of-keys.ts';
import type { RunRecord } from './record.ts';

/** A run as a page: what was compared and how, and its tables. */
export function markdown(record: RunRecord): string {
  const { date, quick, machine, minutes, results } = record;
  const versions = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`);
  return [
    '# Millrace against a loop written by hand',
    '',
    `${date.slice(0, 10)}${quick ? ', a quick run (`--quick`)' : ''} · ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB · Node ${machine.node} · ${versions.join(', ')}${minutes === undefined ? '' : ` · took ${minutes} min`}`,
    '',
    ...HOW,
    '',
    table(results),
    '',
  ].join('\n');
}

const HOW = [
  '`ratio` is what the loop needs divided by what the engine needs: **above 1 the engine needs less**. It is of CPU time (`process.cpuUsage`: all threads), of megabytes in `memory`, of bytes in `heap`, of milliseconds in `start`:',
  'the median of the ratios of the rounds, with the least and the greatest behind it. `wall` is the same of wall time.',
  '',
  'The loop (`bench/hand`) is what one would write first for the one job: lines split, `JSON.parse`, native Maps; it checks nothing, has no epochs and commits nothing. The engine checks every column, sums exactly, keeps the versions',
  'of its epochs and commits each. Both run by turns in one process, a new one for each round: each side once on at most 100 000 rows, which is discarded, then once measured. In every round the tables of the engine are compared with those of the loop: equal in all columns,',
  `but for DOUBLE, where the loop sums plain doubles: there to ${DOUBLE_TOLERANCE} of the value.`,
  '',
  '| part | engine | loop |',
  '| --- | --- | --- |',
  '| `ndjson` | a file of NDJSON to tables in memory | the same file to Maps |',
  '| `objects` | objects of the program, every column checked, to tables in memory | the same objects to Maps |',
  '| `engine` | rows that the decoder made before, to tables in memory | objects to Maps |',
  '| `decode` | a file of NDJSON to checked rows | lines split, `JSON.parse` |',
  '| `steady` | `ndjson`, of which the second half of the rows is measured, the first went before | the same |',
  '| `sqlite` | NDJSON to a SQLite file, a transaction per epoch, `synchronous = NORMAL`; the looked-up table in memory; making and claiming the tables included | the same with the same driver and as many transactions, prepared upserts of up to 200 rows |',
  '| `mariadb`, `postgres` | the same to a server on this machine, whose CPU time is not counted: `wall` has it | likewise, with `mysql2` and `pg`, into a table that is there |',
  '| `…-checkpoint` | the same, and each epoch is written into a checkpoint that survives a power cut before it goes into the table | the same loop, without |',
  '| `kafka-…` | with checkpoint, from a topic of four partitions on a Kafka broker of this machine, whose CPU time is not counted: `wall` has it | the engine with checkpoint from the file that the topic was filled from |',
  '| `peer-…` | `objects` | `hourly-premium` with a library (`bench/peers`), its table right after each epoch: Maps of Immutable.js; RxJS, a `scan` per hour over Immutable.js; TanStack db-ivm (whose `distinct` knows values by a hash of 32 bits: its counts may be off by a few, and are let pass to 10); d2ts; SQL in SQLite in memory (better-sqlite3), an upsert per row, touched hours computed anew |',
  '| `versions-…` | the keyed state alone: sets, a commit per epoch, a version read in `each` epoch, in every `16`th, in `none` | a Map |',
  '| `memory` | peak resident memory of a process that does `ndjson` | the same |',
  '| `heap` | what is held per key at the end of `ndjson`: heap and buffers, after garbage is collected | the same |',
  '| `start` | `npm run job … --input … --database sqlite:…` on 10 rows until its summary | `npm exec tsx` on the loop until its table |',
  '',
  '`page-count` counts the accounts that are now on each page (`bench/jobs/page-count.ts`): each row takes its account from one page and gives it to another.',
  'Events follow one day from its start to its end; names and texts are Chinese. Runs of 100 000 rows measure growth and compilation as much as the steady state. With as many keys as rows each row has a key of its own.',
];

/** The tables of some cases: comparisons, what keys cost, latencies. */
export function table(measured: readonly Measured[]): string {
  const results = measured.filter(isResult);
  const latencies = measured.filter((one): one is Latency => !isResult(one));
  return [comparisons(results), costs(results), latencyTable(latencies)]
    .filter((text) => text !== '')
    .join('\n\n');
}

function comparisons(results: readonly Result[]): string {
  if (results.length === 0) return '';
  return [
    '| part | job | rows | keys | epoch | ratio | range | wall | engine | loop | |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | --- |',
    ...results.map((result) => {
      const { ratio, range, wall, engine, hand, unit } = result;
      const shown = [fixed(ratio), `${fixed(range[0])}–${fixed(range[1])}`, wall === null ? '' : fixed(wall)];
      const [bold, ...others] = shown;
      return `| ${[...nameOf(result), `**${bold}**`, ...others, short(engine), short(hand), unit].join(' | ')} |`;
    }),
  ].join('\n');
}

function costs(results: readonly Result[]): string {
  const all = costOfKeys(results);
  if (all.length === 0) return '';
  return [
    '## What more keys cost',
    '',
    'CPU time per row with many keys, divided by that with few: 1 is no difference. In `steady` both know most of their keys; elsewhere each row of the many has a key of its own, and nothing is taken back.',
    '',
    '| part | job | rows | keys | epoch | engine | loop |',
    '| --- | --- | ---: | --- | ---: | ---: | ---: |',
    ...all.map(
      ({ part, job, rows, few, many, epoch, engine, hand }) =>
        `| ${[part, job, short(rows), `${short(many)} : ${short(few)}`, short(epoch), `**${fixed(engine)}**`, fixed(hand)].join(' | ')} |`,
    ),
  ].join('\n');
}

function latencyTable(latencies: readonly Latency[]): string {
  if (latencies.length === 0) return '';
  return [
    '## From row to table',
    '',
    'Milliseconds from when a row is due to the commit of its epoch, at a fixed rate of rows, epochs of 1000 rows or so many milliseconds, whichever comes first. The load is open: rows are due by the clock, whether or not those before',
    'them are through. `latency` has its tables in memory, `latency-sqlite` in a SQLite file, `latency-checkpoint` too, with checkpoints that survive a power cut. The medians of the rounds, of `max` the greatest; a round before is discarded. The tables are compared with those of the loop.',
    '',
    '| part | job | rows/s | keys | ms/epoch | p50 | p99 | max |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...latencies.map(
      (one) =>
        `| ${[...nameOf(one), ...[one.p50, one.p99, one.max].map((ms) => ms.toFixed(1))].join(' | ')} |`,
    ),
  ].join('\n');
}

/** The parts of a case's name, to show. */
function nameOf({ id }: Measured): string[] {
  const [part, job, ...counts] = id.split('/') as [string, string, ...string[]];
  return [part, job, ...counts.map((n) => short(Number(n)))];
}

const fixed = (ratio: number): string => ratio.toFixed(2);

function short(n: number): string {
  if (n >= 999_500) return `${Number((n / 1e6).toPrecision(3))} M`;
  return n >= 10_000 ? `${Number((n / 1000).toPrecision(3))} k` : String(Math.round(n));
}
