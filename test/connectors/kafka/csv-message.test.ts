import { expect, test } from '@jest/globals';
import { csvMessage } from '../../../src/connectors/format/csv-message.ts';
import { numbers } from './read-all.ts';

const read = csvMessage(numbers({ keep: ['n', 't'] }));

test.each([
  ['1,a', { n: 1, t: 'a' }],
  ['1,', { n: 1, t: null }],
  [',""\r\n', { n: null, t: '' }],
  ['2,"a,""b""\nc"\n', { n: 2, t: 'a,"b"\nc' }],
  ['1', { reason: '1 field, the source has 2' }],
  ['1,a,b', { reason: '3 fields, the source has 2' }],
  ['1,a\n2,b', { reason: 'more than one record' }],
  ['1,"a', { reason: 'a quoted field without its closing quote' }],
  ['x,a', { reason: "wanted BIGINT, got 'x'", column: 'n' }],
])('%j', (text, wanted) => {
  expect(read(Buffer.from(text))).toMatchObject(wanted);
});

test('bytes that are no text, and a message without a value, are faults', () => {
  expect(read(Buffer.from([0xff]))).toMatchObject({ reason: 'invalid UTF-8' });
  expect(read(null)).toMatchObject({ reason: 'the message has no value' });
});
