import { parseArgs } from 'node:util';
import { wrong } from '../errors.ts';
import { unknown } from './nearest.ts';

/** An option as a command declares it. */
export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  /** What its value is called in the help; absent: it takes none. */
  readonly value?: string;
  /** It may be given more than once. */
  readonly repeatable?: boolean;
  readonly help: string;
}

/** What a command takes. */
export interface CommandSpec {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Names of the positional arguments: `<name>` is wanted, `[name…]` any number. */
  readonly positionals: '<name>' | '[name…]' | '';
  readonly options: readonly OptionSpec[];
}

/** Arguments of a command, by its declaration. */
export interface Arguments {
  readonly names: readonly string[];
  /** Was the option given? */
  has(option: string): boolean;
  /** Its last value. */
  value(option: string): string | undefined;
  /** All of its values, in order. */
  values(option: string): readonly string[];
}

/** Options that every command takes. */
export const COMMON: readonly OptionSpec[] = [{ name: 'help', help: 'this text' }];

/**
 * Reads the arguments after the command's name. Options and names may stand in any order; `--` ends the options.
 * An unknown option, a value too many or too few: exit 2.
 */
export function parseArguments(spec: CommandSpec, args: readonly string[]): Arguments {
  const options = [...spec.options, ...COMMON];
  const byName = new Map(options.map((option) => [option.name, option]));
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      options.map((o) => [
        o.name,
        { type: o.value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
  });
  const names: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') names.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName } = token;
    const option =
      rawName === '-h' ? COMMON[0] : rawName.startsWith('--') ? byName.get(token.name) : undefined;
    if (option === undefined) {
      throw unknown(
        'option',
        rawName,
        options.map((o) => `--${o.name}`),
        `of ${spec.name}`,
      );
    }
    given.set(option.name, [...(given.get(option.name) ?? []), optionValue(option, token)]);
  }
  if (!given.has('help')) checkNames(spec, names);
  return {
    names,
    has: (option) => given.has(option),
    value: (option) => given.get(option)?.at(-1),
    values: (option) => given.get(option) ?? [],
  };
}

function optionValue(
  option: OptionSpec,
  token: { value?: string | undefined; inlineValue?: boolean | undefined },
): string {
  const { value, inlineValue } = token;
  if (option.value === undefined) {
    if (inlineValue === true) throw wrong(`--${option.name} takes no value, but got '${value}'`);
    return '';
  }
  const missing = value === undefined || value === '' || (inlineValue !== true && value.startsWith('--'));
  if (missing) throw wrong(`--${option.name} wants a value: --${option.name} ${option.value}`);
  return value;
}

function checkNames(spec: CommandSpec, names: readonly string[]): void {
  const most = spec.positionals === '' ? 0 : spec.positionals === '<name>' ? 1 : Number.POSITIVE_INFINITY;
  const extra = names[most];
  if (extra !== undefined) {
    const takes = most === 0 ? 'takes no names' : 'takes one name';
    throw wrong(`unexpected '${extra}': ${spec.name} ${takes}; options begin with --`);
  }
  if (spec.positionals === '<name>' && names.length === 0) {
    throw wrong(
      `${spec.name} wants the name of a job: npx millrace ${spec.name} <name>; npx millrace list shows all`,
    );
  }
}
