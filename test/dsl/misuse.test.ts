// Wrong code that types are not asked about, as a JavaScript user writes it: what is wrong, and where in the job.
import { describe, expect, test } from '@jest/globals';
import * as dsl from '../../src/dsl/index.ts';
import { MillraceError } from '../../src/errors.ts';
import { stream } from '../types/shop.ts';

// biome-ignore lint/suspicious/noExplicitAny: the types would refuse each of these calls
type Untyped = any;
const sales: Untyped = stream('sale');
const { count, dayOf, decimalOf, hourOf, job, lit, max, sum, udf, when }: Untyped = dsl;
const last: Untyped = stream('sale').keyBy('id').lastValue();

/** The message of what `run` throws, without its place, which must be in this file. */
function fault(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    expect(error.exitCode).toBe(2);
    const [, message = ''] = /^test\/dsl\/misuse\.test\.ts:\d+: (.*)$/s.exec(error.message) ?? [];
    return message;
  }
  return 'nothing';
}

describe('each is refused, with the words of the compiler where it has any', () => {
  test.each<[() => unknown, string]>([
    // Names
    [
      () => sales.filter((o: Untyped) => o.custmer.gt(1)),
      "there is no column 'custmer': did you mean 'customer'?",
    ],
    [() => sales.groupBy(hourOf('plced')), "there is no column 'plced': did you mean 'placed'?"],
    [
      () => sales.groupBy(hourOf('plced')).agg({ n: count() }),
      "there is no column 'plced': did you mean 'placed'?",
    ],
    [() => sales.keyBy('idd'), "there is no column 'idd': did you mean 'id'?"],
    [() => sales.keyBy('id', 'id'), "keyBy: 'id' is named twice"],
    [() => sales.keyBy(), 'keyBy: name at least one column'],
    [
      () => sales.keyBy((o: Untyped) => o.id),
      'keyBy wants names, functions or { name: … }, not a function: name it, { name: o => … }',
    ],
    [() => sales.pick('id', 'zzz'), "there is no column 'zzz'"],
    [() => sales.pick(), 'a row without columns is left: name at least one'],
    [() => sales.omit('zzz'), "there is no column 'zzz'"],
    [() => sales.rename({ nr: 'idd' }), "there is no column 'idd': did you mean 'id'?"],
    [() => sales.rename({ page: 'id' }), "there is a column 'page' already"],
    [() => sales.select({ 7: 'id' }), "'7' cannot be the name of a column: it is a number"],
    [() => sales.extend({ '': 'id' }), "'' cannot be the name of a column: it is empty"],
    [() => sales.select('id'), "select wants { name: … }, not 'id'"],
    [
      () => sales.select({ x: 5 }),
      "select x wants the name of a column, a function such as dayOf('…') or a callback, not 5",
    ],
    [
      () => sales.select({ x: () => 5 }),
      'select x: the callback gives 5: a value of the row is wanted, or lit(…) for a constant',
    ],
    [() => sales.prefix(1), 'prefix wants a text, not 1'],
    [
      () => sales.lookup('custmer', {}),
      "lookup: there is no table 'custmer' in the catalog: did you mean 'customer'?",
    ],
    [() => sales.into('sale'), "into: 'sale' is a source, not a table"],
    [() => (stream as Untyped)('sales'), "there is no source 'sales' in the catalog: did you mean 'sale'?"],
    [
      () => (stream as Untyped)('total'),
      "'total' is a table: only a source is a stream; to read a table, .lookup(…)",
    ],

    // Families
    [() => sales.filter((o: Untyped) => o.id.gt('5')), "'5' is no BIGINT: write a number or an instant"],
    [() => sales.filter((o: Untyped) => o.page.eq(5)), '5 is no VARCHAR: write a string'],
    [() => sales.filter((o: Untyped) => o.id.eq(o.page)), 'eq: BIGINT does not compare with VARCHAR'],
    [
      () => sales.filter((o: Untyped) => o.page.lt(5)),
      "column 'page' (VARCHAR) has no .lt(): .toDouble() reads a number from text",
    ],
    [
      () => sales.filter((o: Untyped) => o.page.lik('x')),
      "column 'page' (VARCHAR) has no .lik(): did you mean 'like'?",
    ],
    [
      () => sales.filter((o: Untyped) => o.placed.gt(1_700_000_000_000)),
      '1700000000000 is no TIMESTAMP(3): write a Date or an instant',
    ],
    [
      () => sales.filter((o: Untyped) => o.placed.gt(new Date('x'))),
      'an invalid Date is no TIMESTAMP(3): write a Date or an instant',
    ],
    [
      () => sales.filter((o: Untyped) => o.shipped.gt('2025-02-30')),
      "'2025-02-30' is no DATE: write a day, such as '2025-01-15'",
    ],
    [
      () => sales.filter((o: Untyped) => o.serial.gt(5)),
      '5 is no BIGINT(bigint): write a bigint, such as 5n',
    ],
    [() => sales.filter((o: Untyped) => o.id.gt(null)), 'null is no BIGINT: write a number or an instant'],
    [() => sales.filter((o: Untyped) => o.id.in()), 'in() wants at least one value'],
    [
      () => sales.filter((o: Untyped) => o.page.in(o.page)),
      'in(…) takes literals: for a column write .eq(…).or(…)',
    ],
    [
      () => sales.filter((o: Untyped) => o.page.like(o.page)),
      'only a literal can stand here, no value of the row',
    ],
    [() => sales.filter((o: Untyped) => o.page.eq('\0')), "'\0' is no VARCHAR: write a string"],

    // Tests
    [() => sales.filter((o: Untyped) => o.id), "filter wants a test of the row, not column 'id' (BIGINT)"],
    [
      () => sales.filter(() => true),
      'filter wants a test of the row, not true: compare with a method, o.id.gte(3)',
    ],
    [
      () => sales.filter((o: Untyped) => o.id >= 3),
      "column 'id' (BIGINT) is known only when the job runs: use its methods, such as .gte(3) or .concat('x')",
    ],
    [() => sales.filter('id'), "filter wants a callback over the row, o => o.id.gte(3), not 'id'"],
    [() => sales.filter((o: Untyped) => o.open.and(1)), 'and wants a test of the row, not 1'],

    // Arithmetic, casts, conditions
    [
      () => sales.select({ p: (o: Untyped) => o.id.times(0.9) }),
      "0.9 is a fraction: write .toDouble() or .cast('DECIMAL(p,s)') first",
    ],
    [() => sales.select({ p: (o: Untyped) => o.qty.plus(3e9) }), '3000000000 is beyond INT'],
    [() => sales.select({ p: (o: Untyped) => o.id.plus(2 ** 53) }), '9007199254740992 is beyond BIGINT'],
    [() => sales.select({ p: (o: Untyped) => o.score.plus(Number.NaN) }), 'NaN is no DOUBLE: write a number'],
    [
      () => sales.select({ p: (o: Untyped) => o.id.dividedBy(2) }),
      "column 'id' (BIGINT) has no .dividedBy(): write .toDouble().dividedBy(…), or .quotient(…)",
    ],
    [
      () => sales.select({ p: (o: Untyped) => o.id.quotient(o.score) }),
      'quotient takes integers, not DOUBLE',
    ],
    [
      () => sales.select({ p: (o: Untyped) => o.amount.orElse('0.125') }),
      "'0.125' is no DECIMAL(10,2): it has too many digits",
    ],
    [
      () => sales.select({ p: (o: Untyped) => o.amount.orElse(123456789.5) }),
      '123456789.5 is no DECIMAL(10,2): it has too many digits',
    ],
    [
      () => sales.select({ p: (o: Untyped) => o.amount.times('0x10') }),
      "'0x10' is no decimal number of at most 38 digits",
    ],
    [() => decimalOf('1e40'), "'1e40' is no decimal number of at most 38 digits"],
    [
      () => lit(undefined),
      'undefined is no constant: write a text, a number, a bigint, true, false, a Date or an instant',
    ],
    [
      () => sales.select({ p: (o: Untyped) => o.id.cast('STRING') }),
      "there is no type 'STRING': INT, BIGINT, BIGINT(bigint), DOUBLE, VARCHAR, BOOLEAN, TIMESTAMP(3), DATE or DECIMAL(p,s)",
    ],
    [
      () => sales.select({ p: (o: Untyped) => o.id.cast('DECIMAL(39,2)') }),
      "there is no type 'DECIMAL(39,2)': INT, BIGINT, BIGINT(bigint), DOUBLE, VARCHAR, BOOLEAN, TIMESTAMP(3), DATE or DECIMAL(p,s)",
    ],
    [() => sales.select({ p: (o: Untyped) => o.open.cast('DATE') }), 'BOOLEAN cannot be cast to DATE'],
    [
      () => sales.select({ p: (o: Untyped) => when(o.open, 'a').otherwise(2) }),
      '2 is no VARCHAR: write a string',
    ],
    [
      () => sales.select({ p: (o: Untyped) => when(o.open, o.page).otherwise(o.id) }),
      'branches of different types: VARCHAR and BIGINT',
    ],
    [() => when(true, 'a'), 'when wants a test of the row, not true: compare with a method, o.id.gte(3)'],

    // Rows of others
    [
      () =>
        sales.filter((o: Untyped) => {
          sales.filter((p: Untyped) => o.id.eq(p.id));
          return o.open;
        }),
      "column 'id' (BIGINT) is of another row than the values beside it",
    ],
    [
      () => {
        let held: Untyped;
        sales.select({
          x: (o: Untyped) => {
            held = o.id;
            return held;
          },
        });
        sales.select({ x: () => held });
      },
      "select x: column 'id' (BIGINT) is of another row than the callback's",
    ],

    // Aggregates, options
    [() => sales.agg({ n: sum('page') }), 'sum takes numbers, not VARCHAR'],
    [() => sales.agg({ n: max('open') }), 'max: BOOLEAN has no order'],
    [
      () => sales.agg({ n: dayOf('placed') }),
      'agg wants aggregates such as sum(\'…\'), not {"column":"day"}',
    ],
    [() => sales.agg({}), 'agg wants at least one aggregate'],
    [() => sales.groupBy('page').agg({ page: count() }), "'page' is a column of the group already"],
    [() => sales.groupBy({ day: dayOf('placed') }).agg({ n: max('day') }), "there is no column 'day'"],
    [
      () => sales.groupBy(hourOf('page')),
      'hourOf takes epoch milliseconds (BIGINT) or TIMESTAMP(3), not VARCHAR',
    ],
    [() => sum('qty', { were: 1 }), "sum: there is no option 'were': did you mean 'where'?"],
    [
      () => sales.agg({ n: count({ where: (o: Untyped) => o.id }) }),
      "where of count wants a test of the row, not column 'id' (BIGINT)",
    ],
    [() => sales.agg({ n: count() }, { ttl: 5 }), 'agg: a ttl is a time above 0, such as days(2), not 5'],
    [
      () => sales.agg({ n: count() }, { ttl: dsl.days(0) }),
      'agg: a ttl is a time above 0, such as days(2), not {"millis":0}',
    ],
    [
      () => sales.keyBy('id').lastValue({ tll: 1 }),
      "lastValue: there is no option 'tll': did you mean 'ttl'?",
    ],
    [() => sales.keyBy('id').lastValue({ by: 'open' }), "lastValue: 'open' is BOOLEAN, which has no order"],
    [() => sales.keyBy('id').firstValue({ by: 'latest' }), "there is no column 'latest'"],
    [
      () => sales.keyBy('id').firstValue({ ignoreNulls: 1 }),
      'firstValue: ignoreNulls is true or false, not 1',
    ],
    [() => sales.keyBy('id').lastValue('at'), "lastValue: options are an object, not 'at'"],
    [() => dsl.days(Number.NaN), 'days(NaN): a duration is a number, and a whole number of milliseconds'],
    [() => dsl.seconds(-1), 'seconds(-1): a duration is a number, and a whole number of milliseconds'],
    [() => (dsl.now() as Untyped).minus(5), 'an instant moves by a duration: .minus(days(1))'],

    // Look-ups
    [() => sales.lookup('pair', { a: 'id' }), "pair: key column 'b' is missing"],
    [
      () => sales.lookup('customer', { cid: 'id', name: 'page' }),
      "customer: 'name' is no part of the primary key, which is cid",
    ],
    [() => sales.lookup('customer', 'id'), "customer: lookup wants its primary key, { cid: '…' }, not 'id'"],
    [() => sales.lookup('customer', { cid: 'idd' }), "there is no column 'idd': did you mean 'id'?"],
    [
      () => sales.extend({ name: 'page' }).lookup('customer', { cid: 'id' }),
      "customer: this stream has a column 'name' too: .rename({ …: 'name' }) first",
    ],
    [
      () => sales.lookup('customer', { cid: 'id' }, { miss: 'keep' }),
      "lookup: miss is 'drop' or 'null', not 'keep'",
    ],
    [() => last.into('price', { id: 'idd' }), "there is no column 'idd': did you mean 'id'?"],

    // User functions
    [() => udf('', {}), 'a udf wants a name'],
    [
      () => udf('f', { args: 'INT', returns: 'INT' }),
      "udf f wants { args: ['…'], returns: '…', run: (…) => … }",
    ],
    [
      () => udf('f', { args: ['VARCHER'], returns: 'INT', run: () => 1 }),
      "there is no type 'VARCHER': did you mean 'VARCHAR'?",
    ],
    [() => udf('f', { args: ['INT', 'INT'], returns: 'INT', run: () => 1 })(1), 'f takes 2 arguments, not 1'],
    [
      () =>
        sales.select({
          x: (o: Untyped) => udf('f', { args: ['VARCHAR'], returns: 'INT', run: () => 1 })(o.id),
        }),
      'f: argument 1 is BIGINT, not VARCHAR',
    ],

    // Jobs
    [
      () => job('a/b', last.into('price')),
      "'a/b' cannot be the name of a job: letters, digits, - and _, at most 100",
    ],
    [() => job('one'), 'job one has no output: end a stream with .into(…)'],
    [() => job('one', last), 'job one: an output is what .into(…) gives, not {}'],
  ])('%# %s', (run, wanted) => {
    expect(fault(run)).toBe(wanted);
  });

  test('a row cannot be assigned to', () => {
    const assign = (o: Untyped): unknown => {
      o.id = 5;
      return o.id;
    };
    expect(() => sales.extend({ x: assign })).toThrow(TypeError);
  });
});
