import { nodeText } from '../plan/explain/node-text.ts';
import { wrapped } from '../plan/explain/wrap.ts';
import type { JobPlan, Site } from '../plan/node.ts';
import { type CodeSection, generatedCode } from '../runtime/debug/generated-code.ts';
import { type GeneratedFunction, mayGenerate } from '../values/generate.ts';

const siteText = ({ file, line }: Site): string => `${file}:${line}`;

const FORBIDDEN =
  'this process may not make functions from text: closures that do the same run in their place';

/** Lays out JavaScript. */
type Layout = (code: string) => string;

/** The layout of esbuild, which tsx brings along; without it the text as it is generated. */
async function layout(): Promise<Layout> {
  try {
    const { transformSync } = await import('esbuild');
    return (code) => transformSync(code, { charset: 'utf8', logLevel: 'silent' }).code.trimEnd();
  } catch {
    return (code) => code;
  }
}

/** Longest line, where the text allows. */
const WIDTH = 100;

/** A text as a comment, whatever stands in it. */
const comment = (text: string): string =>
  wrapped(oneLine(text).split(', '), WIDTH)
    .map((line) => `// ${line}`)
    .join('\n');

/** Characters that end a line, or that a terminal obeys, as escapes. */
const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

function headOf({ node, role }: CodeSection): string {
  const { headline, computes } = nodeText(node);
  const what = role === 'operator' || role === 'output' ? '' : ` (${role})`;
  const lines = [
    `── ${siteText(node.at)}: ${headline}${what}`,
    ...computes.map(([name, text]) => `${name} = ${text}`),
  ];
  return lines.map(comment).join('\n');
}

/** The function as an expression: bodies return it. An object literal that begins a line is laid out over several. */
const expressionOf = ({ body }: GeneratedFunction): string =>
  `(${body.replace(/^return /, '').replace(/;$/, '')})`.replace(/^[^"{]*\{/, '$&\n');

function functionText(made: GeneratedFunction, laidOut: Layout): string {
  const { what = 'A function', names } = made;
  const uses = names.length > 0 ? ` (uses ${names.join(', ')})` : '';
  return `${comment(what + uses)}\n${laidOut(expressionOf(made))}`;
}

/**
 * The JavaScript that a run of the plan generates, as one text of JavaScript: a section for each part of the plan, with its
 * place in the job. Where the process forbids code generation, that alone is said. Give it the rewritten plan.
 */
export async function codeText(plan: JobPlan): Promise<string> {
  const head = comment(`${plan.name} (${siteText(plan.at)})`);
  if (!mayGenerate()) return `${head}\n${comment(FORBIDDEN)}\n`;
  const laidOut = await layout();
  const sections = generatedCode(plan).map((section) =>
    [headOf(section), ...section.functions.map((made) => functionText(made, laidOut))].join('\n\n'),
  );
  return `${[head, ...sections].join('\n\n')}\n`;
}

/** The same for other programs: the functions of each part, as they are generated; none where that is forbidden. */
export function codeJson(plan: JobPlan): unknown {
  const generated = mayGenerate();
  return {
    job: plan.name,
    at: siteText(plan.at),
    generated,
    sections: (generated ? generatedCode(plan) : []).map(({ node, role, functions }) => ({
      op: node.op,
      at: siteText(node.at),
      text: nodeText(node).headline,
      role,
      functions: functions.map(({ what, names, body }) => ({ what: what ?? null, uses: names, body })),
    })),
  };
}
