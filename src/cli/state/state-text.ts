import { counted, readable } from '../summary-text.ts';
import { harmless } from '../text-width.ts';
import { isMain, type OperatorFacts, type SourceFacts, type StateFacts } from './state-facts.ts';

const line = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, n]) => `${what} ${readable(n)}`)
    .join(', ');

/** Where a job stands, for people. */
export function stateText(facts: StateFacts): string {
  const { job, directory, epoch, clock, owner, sources, tables, overtaken, operators, bytes } = facts;
  const names = [...Object.keys(sources), ...Object.keys(tables)];
  const width = Math.max(0, ...names.map((name) => name.length));
  const stands = epoch === null ? 'no epoch yet' : `epoch ${readable(epoch)}, clock ${clock}`;
  const lines = [
    `${job}: ${stands} (${directory}, owner ${owner})`,
    ...Object.entries(sources).flatMap(([name, source]) => sourceLines(name, source, width)),
    ...Object.entries(tables).map(([name, table]) => {
      const late = overtaken[name] ? { overtaken: overtaken[name] } : {};
      return `  ${name.padEnd(width)}  ${line({ ...table, ...late })}`;
    }),
    ...(operators.length === 0 ? [] : ['', ...operatorLines(operators)]),
    '',
    `snapshot ${readable(bytes.snapshot)} bytes, log ${readable(bytes.log)}, outbox ${readable(bytes.outbox)}, quarantine ${readable(bytes.quarantine)}; file ${readable(bytes.file)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Files of a source that are shown: the last is where reading goes on. */
const FILES = 3;

function sourceLines(name: string, source: SourceFacts, width: number): string[] {
  const { files = [], position, ...counts } = source;
  const indent = `  ${' '.repeat(width)}  `;
  const more = files.length - FILES;
  return [
    `  ${name.padEnd(width)}  ${line(counts)}`,
    ...(more > 0 ? [`${indent}${counted(more, 'file')} before these`] : []),
    ...files
      .slice(-FILES)
      .map(({ path, offset }) => `${indent}${harmless(path)} to byte ${readable(offset)}`),
    ...(position === undefined ? [] : [`${indent}${harmless(JSON.stringify(position))}`]),
  ];
}

function operatorLines(operators: readonly OperatorFacts[]): string[] {
  const rows = operators.map((facts) => [
    facts.id,
    harmless(`${facts.operator} at ${facts.at}`),
    keptText(facts),
  ]);
  const widths = [0, 1].map((i) => Math.max(...rows.map((row) => (row[i] as string).length)));
  return rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .reduce((a, b) => `${a}  ${b}`)
      .trimEnd(),
  );
}

function keptText({ kept, inJob, rows, expired, bytes, parts }: OperatorFacts): string {
  if (kept === 'below') return 'made again from the operators below';
  const more = parts.filter((part) => !isMain(part)).reduce((sum, { entries }) => sum + entries, 0);
  const texts = [counted(rows ?? 0, 'row'), ...(more > 0 ? [counted(more, kindOf(parts))] : [])];
  if (expired > 0) texts.push(`${readable(expired)} expired`);
  return `${texts.join(', ')}, ${counted(bytes, 'byte')}${inJob === false ? '; the job has it no more' : ''}`;
}

/** What stands beside rows: rows that may come after them, or values that an aggregate counts. */
const kindOf = (parts: OperatorFacts['parts']): string =>
  parts.some(({ name }) => name === 'entries') ? 'candidate' : 'value';
