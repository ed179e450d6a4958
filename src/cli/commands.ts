import type { Arguments, CommandSpec, OptionSpec } from './arguments.ts';

/** A command: what it takes, and what loads it. */
export interface Command extends CommandSpec {
  /** Loaded when the command is called, so that no command pays for another. @returns the exit code */
  readonly load: () => Promise<(args: Arguments) => Promise<number>>;
}

const ENV: OptionSpec = {
  name: 'env',
  value: 'NAME',
  help: 'environment of millrace.config.ts; default $MILLRACE_ENV, else development',
};
const STATE: OptionSpec = {
  name: 'state',
  value: 'DIR',
  help: 'state directory; default .millrace/<env>/<job>',
};
const VERBOSE: OptionSpec = { name: 'verbose', help: 'more about what happens, stack traces of errors' };

const RUN: readonly OptionSpec[] = [
  ENV,
  {
    name: 'input',
    value: 'SOURCE=FILE',
    repeatable: true,
    help: 'read a source from a file or a folder (.ndjson, .jsonl, .csv, each with .gz; -: NDJSON from standard input); may be repeated',
  },
  { name: 'rows', value: 'N', help: 'end after N rows' },
  { name: 'follow', help: 'wait for more at the end of a file; the demonstration goes on live' },
  {
    name: 'database',
    value: 'URL',
    help: 'all tables in this database: sqlite:out.db, mysql://user:pw@host:port/db, postgres://…',
  },
  { name: 'print', help: 'changes of the tables to standard output as NDJSON, no database' },
  STATE,
  { name: 'fresh', help: 'start from empty state, over rows that the job wrote before' },
  { name: 'clear', help: 'with --fresh: the rows of the output tables go too' },
  {
    name: 'rebase',
    help: 'the state is an older copy: read on from where it stands, over tables that are further',
  },
  {
    name: 'rebuild',
    help: 'the job was edited: make its state and tables anew as millrace plan shows; unedited: write its tables anew',
  },
  {
    name: 'clock',
    value: 'ISO',
    help: 'the clock stands at this instant: 2025-01-15T10:00:00+08:00',
  },
  { name: 'epoch-rows', value: 'N', help: 'most rows of an epoch; default 1000' },
  {
    name: 'epoch-ms',
    value: 'N',
    help: 'longest time of an epoch in milliseconds; default 100, 0: by rows alone',
  },
  { name: 'max-quarantined', value: 'N', help: 'stop where more rows than this cannot be applied' },
  { name: 'json', help: 'the summary as the last line of standard output' },
  VERBOSE,
  { name: 'quiet', help: 'nothing on standard error but errors' },
];

const COLLECT: readonly OptionSpec[] = [
  { name: 'port', value: 'N', help: 'where to listen; default 8080, 0: any that is free' },
  { name: 'host', value: 'HOST', help: 'default 127.0.0.1; one that others reach wants a token' },
  { name: 'directory', value: 'DIR', help: 'holds a folder for each source; default .millrace/collected' },
  {
    name: 'token-env',
    value: 'NAME',
    help: 'environment variable with the token that requests must bear: Authorization: Bearer …',
  },
  {
    name: 'source',
    value: 'NAME',
    repeatable: true,
    help: 'a source that takes events; default all of the catalog; may be repeated',
  },
  { name: 'max-body', value: 'BYTES', help: 'most bytes of a request, also unpacked; default 4194304' },
  { name: 'max-rate', value: 'N', help: 'most events per second; default any number' },
  { name: 'segment-bytes', value: 'N', help: 'a file of so many bytes is ended; default 67108864' },
  {
    name: 'segment-age',
    value: 'MS',
    help: 'a file is ended so many milliseconds after its first event; default a day',
  },
  VERBOSE,
  { name: 'quiet', help: 'nothing but errors and what a person must know' },
];

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  {
    name: 'run',
    summary: 'run a job; without --input, --database, --print and --env: a demonstration',
    positionals: '<name>',
    options: RUN,
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'list',
    summary: 'the jobs by name, their sources and tables',
    positionals: '',
    options: [{ name: 'json', help: 'one JSON document' }, VERBOSE],
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    name: 'check',
    summary: 'type-check and validate all jobs, or the named ones',
    positionals: '[name…]',
    options: [VERBOSE],
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'explain',
    summary: 'the plan of a job: row types, upsert keys, change modes, state growth; what it promises',
    positionals: '<name>',
    options: [
      ENV,
      { name: 'code', help: 'the JavaScript that a run generates, in place of the plan' },
      { name: 'json', help: 'one JSON document' },
      VERBOSE,
    ],
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  {
    name: 'plan',
    summary: 'what an edit of a job means for its state and its tables, before it is run',
    positionals: '<name>',
    options: [STATE, ENV, { name: 'json', help: 'one JSON document' }, VERBOSE],
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    name: 'quarantine',
    summary: 'the rejected rows of a job as NDJSON',
    positionals: '<name>',
    options: [STATE, ENV, VERBOSE],
    load: async () => (await import('./commands/quarantine.ts')).quarantine,
  },
  {
    name: 'state',
    summary: 'where a job stands: epoch, offsets, rows and bytes of each operator; or the rows of a key',
    positionals: '<name> [get …]',
    options: [STATE, ENV, { name: 'json', help: 'one JSON document' }, VERBOSE],
    notes: [
      'npx millrace state <name> get <operator> <key…> prints what an operator keeps of a key, a line of JSON for each row.',
      'The operator: its id, its place (jobs/x.ts:12), or its name where it is the only one of that name.',
      'The key: a word for each key column, as NDJSON would say it (2025-01-15, 12.50, true); \\N is NULL.',
    ],
    load: async () => (await import('./commands/state.ts')).state,
  },
  {
    name: 'backup',
    summary: 'a copy of the state of a job in one file, also while the job runs',
    positionals: '<name> <file>',
    options: [STATE, ENV, VERBOSE],
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  {
    name: 'restore',
    summary: 'the state of a job from such a copy, into a state directory that holds none',
    positionals: '<name> <file>',
    options: [STATE, ENV, VERBOSE],
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    name: 'collect',
    summary: 'take events over HTTP, and store them in files that jobs read',
    positionals: '',
    options: COLLECT,
    notes: [
      'POST /<source> takes a JSON object, an array of them, or NDJSON, and answers when they are durable.',
      'Jobs read them with --input <source>=<directory>/<source> --follow.',
    ],
    load: async () => (await import('./commands/collect.ts')).collect,
  },
];
