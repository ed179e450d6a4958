import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseArguments } from '../../src/cli/arguments.ts';
import { commands } from '../../src/cli/commands.ts';
import { runOptions } from '../../src/cli/run-options.ts';

const run = commands.find(({ name }) => name === 'run');
const options = (...args: string[]) =>
  runOptions(parseArguments(run as NonNullable<typeof run>, ['job', ...args]));

describe('runOptions', () => {
  const before = process.env.MILLRACE_ENV;
  beforeEach(() => {
    delete process.env.MILLRACE_ENV;
  });
  afterEach(() => {
    if (before !== undefined) process.env.MILLRACE_ENV = before;
  });

  test('nothing given', () => {
    expect(options()).toMatchObject({ env: undefined, rows: undefined, clock: undefined, print: false });
  });

  test('files of a source in order', () => {
    const { inputs } = options('--input', 'a=x.csv', '--input', 'b=-', '--input', 'a=y=z.csv');
    expect([...inputs]).toEqual([
      ['a', ['x.csv', 'y=z.csv']],
      ['b', ['-']],
    ]);
  });

  test('numbers', () => {
    expect(options('--rows', '10', '--epoch-ms', '0', '--max-quarantined', '0')).toMatchObject({
      rows: 10,
      epochMs: 0,
      maxQuarantined: 0,
    });
  });

  test('the environment is that of the option, else of the shell', () => {
    process.env.MILLRACE_ENV = 'production';
    expect(options().env).toBe('production');
    expect(options('--env', 'test').env).toBe('test');
    process.env.MILLRACE_ENV = '';
    expect(options().env).toBeUndefined();
  });

  test.each([
    [['--rows', '0'], "--rows wants a whole number from 1, not '0'"],
    [['--rows', '-5'], "--rows wants a whole number from 1, not '-5'"],
    [['--rows', '1e3'], "--rows wants a whole number from 1, not '1e3'"],
    [['--epoch-rows', '1.5'], "--epoch-rows wants a whole number from 1, not '1.5'"],
    [['--epoch-ms', 'x'], "--epoch-ms wants a whole number from 0, not 'x'"],
    [
      ['--input', 'orders.ndjson'],
      "--input wants SOURCE=FILE, like user_order=orders.ndjson, not 'orders.ndjson'",
    ],
    [['--input', '=x'], "not '=x'"],
    [['--input', 'a='], "not 'a='"],
    [['--input', 'a=-', '--input', 'b=-'], "standard input (-) can be read once: it is a's already"],
    [['--print', '--database', 'sqlite:x'], '--print and --database exclude each other'],
    [['--quiet', '--verbose'], '--quiet and --verbose exclude each other'],
    [['--clear'], '--clear goes with --fresh only'],
    [['--clock', 'noon'], "not 'noon'"],
  ])('refuses %p', (args, message) => {
    expect(() => options(...args)).toThrow(message);
  });
});
