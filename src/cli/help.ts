import { COMMON, type CommandSpec } from './arguments.ts';

const table = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
};

/** The help of the program: its commands. */
export function programHelp(commands: readonly CommandSpec[]): string {
  const rows = commands.map((c) => [`${c.name} ${c.positionals}`.trimEnd(), c.summary] as const);
  return [
    'Typed streaming jobs into SQL tables.\n',
    '\nnpx millrace <command> [options]\n\n',
    table(rows),
    '\nnpx millrace <command> --help tells its options. npm run job <name> is npx millrace run <name>.\n',
    'Exit codes: 0 done, 1 failed while running, 2 wrong usage or configuration, 3 refused.\n',
  ].join('');
}

/** The help of a command: its options. */
export function commandHelp(command: CommandSpec): string {
  const options = [...command.options, ...COMMON];
  const rows = options.map(
    (o) => [`--${o.name}${o.value === undefined ? '' : ` ${o.value}`}`, o.help] as const,
  );
  const usage = `npx millrace ${command.name} ${command.positionals}`.trimEnd();
  const notes = (command.notes ?? []).map((note) => `${note}\n`).join('');
  return `${usage} [options]\n\n${command.summary}\n\n${table(rows)}${notes === '' ? '' : `\n${notes}`}`;
}
