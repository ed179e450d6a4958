import fc from 'fast-check';
import type { Event } from '../history.ts';

const MINUTE = 60_000;

/** No rows: each must end in quarantine and change nothing. */
const garbage: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  null,
  7,
  'text',
  true,
  { id: '1' },
  { id: 1.5 },
  { id: 2 ** 53 },
  { id: true, account_id: 'a' },
  { order_no: 7, device_id: 7, channel: 7 },
  { customer_tel: 'a\u0000b', page_name: '\u0000', now_info: 'a\u0000' },
  { order_no: '\ud800', account_id: '\udc00', now_premium: 'x\ud800y' },
  { account_payble: '1', log_time: '1', gmt_modified: '0' },
  { account_payble: Number.NaN, log_time: Number.NaN, gmt_modified: Number.POSITIVE_INFINITY },
);

/** How far the clock goes on: mostly minutes, at times hours, at times back. */
const after: fc.Arbitrary<number> = fc
  .oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: -90, max: 600 }) },
  )
  .map((minutes) => minutes * MINUTE);

/** Histories of rows, some of them garbage, some of them repeated. */
export function events(rows: fc.Arbitrary<unknown>, maxLength = 40): fc.Arbitrary<readonly Event[]> {
  const object = fc.oneof({ weight: 14, arbitrary: rows }, { weight: 1, arbitrary: garbage });
  const event = fc.record({ object, after, again: fc.integer({ min: 0, max: 11 }) });
  return fc.array(event, { maxLength, size: 'max' }).map((list) =>
    list.flatMap(({ object: row, after: ms, again }): Event[] =>
      // The same row twice, at the same time.
      again === 0
        ? [
            { object: row, after: ms },
            { object: row, after: 0 },
          ]
        : [{ object: row, after: ms }],
    ),
  );
}

/** A column that may be NULL or missing. */
export const nullable = <T>(...values: readonly T[]): fc.Arbitrary<T | null | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  );

/** Texts that are easily taken for one another. */
export const TEXTS = ['a', 'A', 'a ', '', 'ä', '\u{1f600}', 'null', `${'long '.repeat(4000)}`] as const;
