// The code broken on purpose. Each mutant is wrong in a way that looks right at a glance.

interface Replacement {
  /** Below `src`. */
  readonly file: string;
  /** Exact text; every place where it stands is replaced. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** What catches it: the tables of the three jobs, or a reader who looks into the tables during a run. */
  readonly by: 'tables' | 'reader';
  readonly replacements: readonly Replacement[];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no retraction: a row that left a group stays in its sums and counts',
    by: 'tables',
    replacements: [
      {
        file: 'runtime/operators/aggregate.ts',
        find: '  #retract(row: Row, seq: number, from: number): void {\n',
        replace: '  #retract(row: Row, seq: number, from: number): void {\n    if (from >= 0) return;\n',
      },
    ],
  },
  {
    name: 'empty hour kept: a group without rows keeps its row',
    by: 'tables',
    replacements: [
      {
        file: 'runtime/operators/aggregate.ts',
        find: 'if (this.#members.result(slot) === 0) {',
        replace: 'if (this.#members.result(slot) < 0) {',
      },
    ],
  },
  {
    name: 'NULL counted as a value of its own',
    by: 'tables',
    replacements: [
      {
        file: 'runtime/aggregates/count-distinct.ts',
        find: 'if (value === null) return;',
        replace: '',
      },
    ],
  },
  {
    name: 'numbers compared as text',
    by: 'tables',
    replacements: [
      {
        file: 'runtime/expressions/comparison.ts',
        find: 'null : x < y;',
        replace: 'null : String(x) < String(y);',
      },
    ],
  },
  {
    name: 'stale lookup: what the epoch itself writes back is not seen',
    by: 'tables',
    replacements: [
      {
        file: 'runtime/operators/lookup.ts',
        find: 'before ?? this.#answers.at(place)',
        replace: 'this.#answers.at(place)',
      },
    ],
  },
  {
    name: 'hours and days of UTC in place of the catalog’s zone',
    by: 'tables',
    replacements: [
      { file: 'runtime/plan-run.ts', find: 'calendar(plan.timeZone)', replace: "calendar('UTC')" },
    ],
  },
  {
    name: 'last by time in place of by arrival',
    by: 'tables',
    replacements: [
      {
        file: 'runtime/operators/winner/append-winner.ts',
        find: "const latest = node.op === 'lastValue' && node.by === null;",
        replace: 'const latest = false;',
      },
      {
        file: 'runtime/operators/winner/order.ts',
        find: 'const { by } = node;',
        replace:
          "const by = node.by ?? (columns.some(({ name }) => name === 'biz_date') ? 'biz_date' : null);",
      },
    ],
  },
  {
    name: 'the clock read anew for every row, by the wall',
    by: 'tables',
    replacements: [
      {
        file: 'runtime/expressions/compile.ts',
        find: 'return () => clock.startOfToday + shift;',
        replace: 'return () => Date.now() + shift;',
      },
    ],
  },
  {
    name: 'two tables of one epoch committed apart',
    by: 'reader',
    replacements: [
      {
        file: 'connectors/sql/sql-database.ts',
        find: 'const access = this.#access(dialect, table);\n      try {',
        replace: `const access = this.#access(dialect, table);
      try {
        if (table !== ordered[0]?.table) {
          await session.run('COMMIT');
          await session.run('BEGIN IMMEDIATE');
        }`,
      },
    ],
  },
];
