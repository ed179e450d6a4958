import { ndjsonDecoder } from '../../connectors/file/ndjson-decoder.ts';
import type { IntoNode, JobPlan, Relation } from '../../plan/node.ts';
import { keptColumns } from '../../plan/rewrite/kept-columns.ts';
import { relationsOf } from '../../plan/walk.ts';
import { calendar } from '../../values/calendar.ts';
import { type GeneratedFunction, withGenerated } from '../../values/generate.ts';
import { compile } from '../compile.ts';
import { objectReader } from '../sources/object-batch.ts';
import type { Part } from './making.ts';

/** The functions that are generated for one part of a plan, each once. */
export interface CodeSection {
  readonly node: Relation | IntoNode;
  /** What of the node they are for. A source is read in one of two ways. */
  readonly role: Part | 'lines of NDJSON' | 'objects of a program';
  readonly functions: readonly GeneratedFunction[];
}

/**
 * The functions that running a plan generates, inputs first: its sources, as NDJSON and as objects of a program, its
 * operators, its outputs. Nothing is run, nothing opened. Give it the rewritten plan.
 */
export function generatedCode(plan: JobPlan): readonly CodeSection[] {
  const sections: CodeSection[] = [];
  const part = <T>(node: Relation | IntoNode, role: CodeSection['role'], make: () => T): T => {
    const made = new Map<string, GeneratedFunction>();
    const result = withGenerated(
      (one) => made.set(JSON.stringify([one.what, one.names, one.body]), one),
      make,
    );
    if (made.size > 0) sections.push({ node, role, functions: [...made.values()] });
    return result;
  };
  const shown = new Set<string>();
  for (const node of relationsOf(plan)) {
    if (node.op !== 'source' || shown.has(node.source.name)) continue;
    shown.add(node.source.name);
    const keep = keptColumns(plan, node.source);
    part(node, 'lines of NDJSON', () => ndjsonDecoder({ schema: node.source, keep }));
    part(node, 'objects of a program', () => objectReader(node.source, keep, true));
  }
  const environment = {
    clock: { now: 0, startOfToday: 0, startOfHour: 0 },
    calendar: calendar(plan.timeZone),
  };
  compile(plan, { environment, databases: {}, signal: new AbortController().signal, making: { part } });
  return sections;
}
