import { type Command, commands } from './commands.ts';
import { loadEnvFile } from './load-env-file.ts';
import { errorText, exitCodeOf } from './report-error.ts';
import { write } from './write.ts';

async function dispatch(args: readonly string[]): Promise<number> {
  const { parseArguments } = await import('./arguments.ts');
  const { commandHelp, programHelp } = await import('./help.ts');
  const [word, ...rest] = args[0] === 'help' ? [args[1] ?? '--help', '--help'] : args;
  if (word === undefined) {
    await write(process.stderr, programHelp(commands));
    return 2;
  }
  if (word === '--help' || word === '-h') {
    await write(process.stdout, programHelp(commands));
    return 0;
  }
  const command = commands.find((c) => c.name === word) ?? (await noCommand(word));
  const parsed = parseArguments(command, rest);
  if (parsed.has('help')) {
    await write(process.stdout, commandHelp(command));
    return 0;
  }
  loadEnvFile();
  return (await command.load())(parsed);
}

async function noCommand(word: string): Promise<Command> {
  const { unknown } = await import('./nearest.ts');
  const names = commands.map((c) => c.name);
  throw unknown(word.startsWith('-') ? 'option' : 'command', word, word.startsWith('-') ? ['--help'] : names);
}

/**
 * The command line: `main(['run', 'hourly-premium', '--json'])`. Writes to standard output and standard error.
 * @returns the exit code: 0 done, 1 failed while running, 2 wrong usage, configuration, job or input, 3 refused
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    await write(process.stderr, `millrace: ${errorText(error, args.includes('--verbose'))}\n`);
    return exitCodeOf(error);
  }
}
