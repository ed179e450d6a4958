import { describe, expect, test } from '@jest/globals';
import { type CommandSpec, parseArguments } from '../../src/cli/arguments.ts';

const spec: CommandSpec = {
  name: 'run',
  summary: '',
  positionals: '<name>',
  options: [
    { name: 'rows', value: 'N', help: '' },
    { name: 'input', value: 'SOURCE=FILE', repeatable: true, help: '' },
    { name: 'json', help: '' },
  ],
};

describe('parseArguments', () => {
  test('options and names in any order, values behind = or a blank', () => {
    const args = parseArguments(spec, ['--input', 'a=1', 'job', '--json', '--input=b=2', '--rows=7']);
    expect(args.names).toEqual(['job']);
    expect(args.values('input')).toEqual(['a=1', 'b=2']);
    expect(args.value('rows')).toBe('7');
    expect(args.has('json')).toBe(true);
    expect(args.has('rows')).toBe(true);
    expect(args.values('none')).toEqual([]);
  });

  test('the last of a repeated option counts', () => {
    expect(parseArguments(spec, ['x', '--rows', '1', '--rows', '2']).value('rows')).toBe('2');
  });

  test('a value may be - or begin with one dash', () => {
    expect(parseArguments(spec, ['x', '--input', '-']).value('input')).toBe('-');
    expect(parseArguments(spec, ['x', '--rows', '-5']).value('rows')).toBe('-5');
  });

  test('behind -- all is a name', () => {
    expect(parseArguments(spec, ['--', '--json']).names).toEqual(['--json']);
  });

  test('a number below zero is a name', () => {
    const args = parseArguments({ ...spec, positionals: '<name> [get …]' }, [
      'x',
      '-12.5',
      '--rows',
      '-5',
      '-3',
    ]);
    expect(args.names).toEqual(['x', '-12.5', '-3']);
    expect(args.value('rows')).toBe('-5');
  });

  test('a job and a file: both are wanted, and no more', () => {
    const copy: CommandSpec = { ...spec, name: 'backup', positionals: '<name> <file>' };
    expect(parseArguments(copy, ['x', 'f']).names).toEqual(['x', 'f']);
    expect(() => parseArguments(copy, ['x'])).toThrow(
      'backup wants a file: npx millrace backup <name> <file>',
    );
    expect(() => parseArguments(copy, [])).toThrow('backup wants the name of a job');
    expect(() => parseArguments(copy, ['x', 'f', 'g'])).toThrow(
      "unexpected 'g': backup takes a job and a file",
    );
  });

  test('--help needs no name', () => {
    expect(parseArguments(spec, ['-h']).has('help')).toBe(true);
  });

  test.each([
    [['x', '--row', '5'], "unknown option '--row' of run: the nearest is '--rows'"],
    [['x', '-j'], "unknown option '-j' of run: the nearest is '--"],
    [['x', '--no-json'], "unknown option '--no-json' of run: the nearest is '--json'"],
    [['x', '--rows'], '--rows wants a value: --rows N'],
    [['x', '--rows', '--json'], '--rows wants a value: --rows N'],
    [['x', '--rows='], '--rows wants a value: --rows N'],
    [['x', '--json=1'], "--json takes no value, but got '1'"],
    [['x', 'y'], "unexpected 'y': run takes one name"],
    [[], 'run wants the name of a job'],
  ])('refuses %p', (args, message) => {
    expect(() => parseArguments(spec, args)).toThrow(message);
  });
});
