import { expect, test } from '@jest/globals';
import { tableText } from '../../src/cli/table-text.ts';
import { textWidth } from '../../src/cli/text-width.ts';

const columns = [
  { name: 'city', align: 'left' },
  { name: 'n', align: 'right' },
] as const;

test('aligns text left and numbers right, Chinese text by its two columns', () => {
  expect(
    tableText(
      columns,
      [
        ['北京', '1'],
        ['Xi’an', '1234'],
      ],
      80,
    ),
  ).toEqual(['city      n', '─────  ────', '北京      1', 'Xi’an  1234']);
});

test('the widest column gives way where the terminal is narrow', () => {
  const lines = tableText(columns, [['x'.repeat(50), '1234567']], 24);
  expect(lines.at(-1)).toBe(`${'x'.repeat(14)}…  1234567`);
});

test('no line is wider than the terminal, however narrow', () => {
  const many = Array.from({ length: 12 }, (_, i) => ({ name: `column${i}`, align: 'left' as const }));
  for (const width of [1, 7, 20, 79]) {
    for (const line of tableText(many, [many.map(() => '很长的文字')], width)) {
      expect(textWidth(line)).toBeLessThanOrEqual(width);
    }
  }
});

test('control characters of the data do not reach the terminal', () => {
  expect(tableText([columns[0]], [['a\u001b[31m\nb']], 40).at(-1)).toBe('a·[31m·b');
});
