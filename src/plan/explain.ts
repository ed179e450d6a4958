import { changeModeOf } from './derive/change-mode.ts';
import { columnsOf } from './derive/columns.ts';
import { determinismOf } from './derive/determinism.ts';
import { growthOf } from './derive/growth.ts';
import { upsertKeyOf } from './derive/upsert-key.ts';
import { factsText, rowWords } from './explain/facts.ts';
import { nodeText } from './explain/node-text.ts';
import { wrapped } from './explain/wrap.ts';
import { fingerprintOf } from './identity.ts';
import type { IntoNode, JobPlan, Relation, Site } from './node.ts';
import { warnings } from './validate.ts';
import { consumersOf, inputsOf, relationsOf } from './walk.ts';

/** A line of the tree; `at` stands in a column of its own. */
interface Line {
  readonly text: string;
  readonly at?: Site;
}

const WIDTH = 100;
/** Sites stand in one column, unless a line is longer than this. */
const MOST_TEXT = 64;
const SETTLED = 'A key that returns after its ttl begins anew: results are exact as long as none does.';

const siteText = ({ file, line }: Site): string => `${file}:${line}`;

/**
 * A plan as text: a tree per output, from the table down to the sources. Each node says what it does and where the job
 * makes it, its key, change mode, determinism and state, and its row type where it is not that of the node below.
 * What several nodes share is printed once, with a number. Warnings end it. Explain the rewritten plan to see what runs.
 */
export function explainText(plan: JobPlan): string {
  const numbers = sharedNumbers(plan);
  const printed = new Set<Relation>();
  const trees = plan.outputs.map((output) => treeOf(output, numbers, printed));
  const head: Line[] = [{ text: `${plan.name} (${plan.timeZone})`, at: plan.at }];
  const column = Math.min(
    MOST_TEXT,
    Math.max(...[head, ...trees].flat().flatMap(({ text, at }) => (at ? [text.length] : []))),
  );
  const notes = [
    ...warnings(plan).map(({ at, message }) => `warning ${siteText(at)}: ${message}`),
    ...(relationsOf(plan).some((node) => 'ttl' in node && node.ttl !== null) ? [SETTLED] : []),
  ];
  const blocks = [head, ...trees].map((lines) =>
    lines.map(({ text, at }) => (at ? `${text.padEnd(column)}  ${siteText(at)}` : text)).join('\n'),
  );
  return `${[...blocks, ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n')}\n`;
}

/** Numbers for the relations that several nodes read. */
function sharedNumbers(plan: JobPlan): ReadonlyMap<Relation, number> {
  const shared = [...consumersOf(plan)].filter(([, consumers]) => consumers.length > 1);
  return new Map(shared.map(([node], i) => [node, i + 1]));
}

function treeOf(
  output: IntoNode,
  numbers: ReadonlyMap<Relation, number>,
  printed: Set<Relation>,
): readonly Line[] {
  const lines: Line[] = [{ text: nodeText(output).headline, at: output.at }];
  const visit = (node: Relation, depth: number): void => {
    const indent = '   '.repeat(depth);
    const number = numbers.get(node);
    const mark = number === undefined ? '' : `[${number}] `;
    const { headline, computes } = nodeText(node);
    if (printed.has(node)) {
      lines.push({ text: `${indent}└─ ${mark}as above` });
      return;
    }
    printed.add(node);
    lines.push({ text: `${indent}└─ ${mark}${headline}`, at: node.at });
    const bar = `${indent}   ${inputsOf(node).length > 0 ? '│' : ' '} `;
    const names = Math.max(0, ...computes.map(([name]) => name.length));
    for (const [name, text] of computes) lines.push({ text: `${bar}${name.padEnd(names)} = ${text}` });
    lines.push({ text: bar + factsText(node) });
    const { lead, words } = rowWords(node);
    wrapped(words, WIDTH - bar.length - lead.length - 4).forEach((line, i) => {
      lines.push({ text: `${bar}${i === 0 ? `row ${lead}` : ' '.repeat(4 + lead.length)}${line}` });
    });
    for (const input of inputsOf(node)) visit(input, depth + 1);
  };
  visit(output.input, 0);
  return lines;
}

/**
 * A plan as plain data for other programs: nodes by id, inputs first, each with all that is derived; outputs; warnings.
 * Ids are numbers within this document; fingerprints stay the same over edits elsewhere.
 */
export function explainJson(plan: JobPlan): object {
  const relations = relationsOf(plan);
  const ids = new Map(relations.map((node, i) => [node, i + 1]));
  return {
    job: plan.name,
    at: siteText(plan.at),
    timeZone: plan.timeZone,
    nodes: relations.map((node) => {
      const { headline, computes } = nodeText(node);
      return {
        id: ids.get(node),
        op: node.op,
        at: siteText(node.at),
        inputs: inputsOf(node).map((input) => ids.get(input)),
        text: headline,
        computes: Object.fromEntries(computes),
        row: columnsOf(node),
        upsertKey: upsertKeyOf(node),
        changeMode: changeModeOf(node),
        determinism: determinismOf(node),
        state: growthOf(node),
        ttl: 'ttl' in node ? node.ttl : null,
        fingerprint: fingerprintOf(node),
      };
    }),
    outputs: plan.outputs.map((output) => ({
      table: output.table.name,
      at: siteText(output.at),
      input: ids.get(output.input),
      primaryKey: output.table.primaryKey,
      row: columnsOf(output),
      fingerprint: fingerprintOf(output),
    })),
    warnings: warnings(plan).map(({ at, message }) => ({ at: siteText(at), message })),
  };
}
