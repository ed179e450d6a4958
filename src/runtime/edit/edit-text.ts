import type { IntoNode, Relation } from '../../plan/node.ts';
import type { JobEdit, OperatorEdit, TableEdit } from './job-edit.ts';

const site = (node: Relation | IntoNode): string => `${node.at.file}:${node.at.line}`;

const operatorWords: Readonly<Record<OperatorEdit['action'], string>> = {
  keep: 'its state stays',
  rebuild: 'from what the operators below it hold',
  replay: 'from the rows of the sources, read again from their beginning',
};

function tableWords({ action, added }: TableEdit, replay: boolean): string {
  if (action === 'keep') return 'its rows stay';
  if (action === 'go on')
    return added
      ? 'gets rows from the next epoch on'
      : 'its rows stay; later ones are those of the job as it is now';
  const from = replay ? 'from the rows of the sources' : 'from the state';
  return added ? `filled ${from}` : `all its rows go, and are written ${from}, in one transaction`;
}

/** What an edit means, line by line: each operator with state, each table, and what goes. */
export function editLines({ operators, tables, dropped, replay }: JobEdit): readonly string[] {
  const rows: (readonly [action: string, what: string])[] = [
    ...operators.map(
      ({ node, action }) => [action, `${node.op} at ${site(node)}: ${operatorWords[action]}`] as const,
    ),
    ...tables.map(
      (table) =>
        [
          table.action === 'rewrite' && table.added ? 'fill' : table.action,
          `table ${table.output.table.name} at ${site(table.output)}: ${tableWords(table, replay)}`,
        ] as const,
    ),
    ...(replay ? [] : dropped.map((what) => ['drop', what] as const)),
  ];
  return rows.map(([action, what]) => `  ${action.padEnd(7)}  ${what}`);
}

/** An edit as a text for a person who has not run it yet. */
export function editText(edit: JobEdit): string {
  const { changes, obstacle } = edit;
  if (obstacle !== undefined)
    return `cannot go on: ${obstacle}.\nRun the job as it was, or start from empty state with --fresh`;
  const end = changes ? 'Start it with --rebuild to do this' : 'Nothing changes: it goes on as it is';
  return [...editLines(edit), end].join('\n');
}

/** An edit as plain data. */
export function editJson({ operators, tables, dropped, replay, obstacle, changes }: JobEdit): object {
  return {
    changes,
    replay,
    obstacle: obstacle ?? null,
    operators: operators.map(({ node, action }) => ({ op: node.op, at: site(node), action })),
    tables: tables.map(({ output, action, added }) => ({
      table: output.table.name,
      at: site(output),
      action,
      added,
    })),
    dropped,
  };
}
