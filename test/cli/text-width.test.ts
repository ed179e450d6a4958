import { describe, expect, test } from '@jest/globals';
import { fitText, harmless, padText, textWidth } from '../../src/cli/text-width.ts';

describe('textWidth', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['北京', 4],
    ['（全角）', 8],
    ['한글', 4],
    ['カナ', 4],
    ['ｶﾅ', 2],
    ['𠀀', 2],
    ['🚗', 2],
    ['a\u200db', 2],
    ['…·─', 3],
  ])('of %p is %p', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('fitText', () => {
  test.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['北京市', 6, '北京市'],
    ['北京市', 5, '北京…'],
    ['北京市', 4, '北…'],
    ['ab', 1, '…'],
    ['ab', 0, ''],
  ])('%p in %p columns is %p', (text, width, expected) => {
    expect(fitText(text, width)).toBe(expected);
    expect(textWidth(fitText(text, width))).toBeLessThanOrEqual(width);
  });
});

test('padText fills up by columns of the terminal, on either side', () => {
  expect(padText('北', 4, 'left')).toBe('北  ');
  expect(padText('12', 4, 'right')).toBe('  12');
});

test('harmless leaves nothing that steers a terminal', () => {
  expect(harmless('a\u001b[2J\u0007\nb\u009bc\u202ed')).toBe('a·[2J··b·c·d');
});
