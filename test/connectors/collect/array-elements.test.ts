import { expect, test } from '@jest/globals';
import { arrayElements } from '../../../src/connectors/collect/array-elements.ts';

test.each<[string, string[]]>([
  ['[]', []],
  [' [ ] ', []],
  ['[1]', ['1']],
  ['[{"a":1},{"a":2}]', ['{"a":1}', '{"a":2}']],
  ['[\n {"a":[1,{"b":2}]} ,\n 3 ]\n', ['{"a":[1,{"b":2}]}', '3']],
  ['["a,]","\\",\\\\",["]"]]', ['"a,]"', '"\\",\\\\"', '["]"]']],
  ['[{"d":1.10000000000000000001}]', ['{"d":1.10000000000000000001}']],
])('%j', (text, elements) => {
  expect(arrayElements(text)).toEqual(elements);
});
