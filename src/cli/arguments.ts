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
  readonly positionals: keyof typeof POSITIONALS;
  readonly options: readonly OptionSpec[];
  /** Lines that end its help: what its words mean. */
  readonly notes?: readonly string[];
}

/** How many words commands take: at least, at most, and what to call more than that. */
const POSITIONALS = {
  '': { least: 0, most: 0, takes: 'takes no names' },
  '<name>': { least: 1, most: 1, takes: 'takes one name' },
  '<name> <file>': { least: 2, most: 2, takes: 'takes a job and a file' },
  '<name> [get …]': { least: 1, most: Number.POSITIVE_INFINITY, takes: '' },
  '[name…]': { least: 0, most: Number.POSITIVE_INFINITY, takes: '' },
} as const;

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
 * Reads the arguments after the command's name. Options and names may stand in any order; `--` ends the options. A number below
 * zero is a name.
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
  let negative = -1;
  for (const token of tokens) {
    if (token.kind === 'positional') names.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName, index } = token;
    const word = args[index] as string;
    // A number below zero: Node takes each of its characters for an option.
    if (/^-\d/.test(word)) {
      if (index !== negative) names.push(word);
      negative = index;
      continue;
    }
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

function checkNames({ name, positionals }: CommandSpec, names: readonly string[]): void {
  const { least, most, takes } = POSITIONALS[positionals];
  const extra = names[most];
  if (extra !== undefined) throw wrong(`unexpected '${extra}': ${name} ${takes}; options begin with --`);
  if (names.length >= least) return;
  const wants = names.length === 0 ? 'the name of a job' : 'a file';
  const list = names.length === 0 ? '; npx millrace list shows all' : '';
  throw wrong(`${name} wants ${wants}: npx millrace ${name} ${positionals}${list}`);
}
