import { expect, test } from '@jest/globals';
import { explainJson, explainText } from '../../src/plan/explain.ts';
import type { IntoNode, JobPlan, Relation } from '../../src/plan/node.ts';
import { rewrite } from '../../src/plan/rewrite/rewrite.ts';
import {
  aggregate,
  call,
  firstValue,
  group,
  into,
  job,
  lastValue,
  lookup,
  project,
  source,
  table,
} from './build.ts';
import { hourlyPremium, premiumDropAlert } from './three-jobs.ts';

/** The plan with its nodes at lines 1, 2, … from the source up. */
function placed(plan: JobPlan): JobPlan {
  const done = new Map<Relation, Relation>();
  let line = 0;
  const at = () => {
    line += 1;
    return { file: 'jobs/x.ts', line };
  };
  const place = (node: Relation): Relation => {
    let made = done.get(node);
    if (made === undefined) {
      made = node.op === 'source' ? { ...node, at: at() } : { ...node, input: place(node.input), at: at() };
      done.set(node, made);
    }
    return made;
  };
  const outputs = plan.outputs.map(
    (output): IntoNode => ({ ...output, input: place(output.input), at: at() }),
  );
  return { ...plan, outputs, at: at() };
}

test('a plan as text', () => {
  expect(explainText(rewrite(placed(hourlyPremium())))).toBe(
    `hourly-premium (Asia/Shanghai)                     jobs/x.ts:8

into hs_order                                      jobs/x.ts:7
└─ groupBy biz_date                                jobs/x.ts:6
   │ total_premium     = sum(orElse(account_payble, 0))
   │ policy_cnt        = countDistinct(order_no)
   │ policy_holder_cnt = countDistinct(customer_tel)
   │ key biz_date · updating · reads the clock · state per row, ttl 3 days
   │ row biz_date VARCHAR NOT NULL, total_premium DOUBLE NOT NULL, policy_cnt BIGINT NOT NULL,
   │     policy_holder_cnt BIGINT NOT NULL
   └─ lastValue by id, day                         jobs/x.ts:4
      │ key id, day · updating · reads the clock · state per key, ttl 2 days
      └─ select                                    jobs/x.ts:5
         │ day      = dayOf(gmt_modified)
         │ biz_date = hourOf(gmt_modified)
         │ append-only · reads the clock · no state
         │ row id BIGINT, order_no VARCHAR, customer_tel VARCHAR, account_payble DOUBLE,
         │     day VARCHAR NOT NULL, biz_date VARCHAR NOT NULL
         └─ filter gmt_modified >= startOfToday()  jobs/x.ts:2
            │ append-only · reads the clock · no state
            │ row as below with gmt_modified BIGINT NOT NULL
            └─ pick                                jobs/x.ts:1
               │ append-only · pure · no state
               │ row id BIGINT, order_no VARCHAR, customer_tel VARCHAR, gmt_modified BIGINT,
               │     account_payble DOUBLE
               └─ stream user_order                jobs/x.ts:1
                    append-only · pure · no state
                    row id BIGINT, order_no VARCHAR, order_type BIGINT, pay_time BIGINT,
                        order_price DOUBLE, customer_name VARCHAR, customer_tel VARCHAR,
                        certificate_no VARCHAR, gmt_created BIGINT, gmt_modified BIGINT,
                        account_payble DOUBLE

warning jobs/x.ts:4: keyBy: 'id' may be NULL, and all such rows are one key: .filter(r => r.id.isNotNull()) keeps them out
A key that returns after its ttl begins anew: results are exact as long as none does.
`,
  );
});

test('what is shared is printed once, long lines push their place aside', () => {
  const lines = explainText(rewrite(placed(premiumDropAlert()))).split('\n');
  expect(lines.filter((line) => line.includes('[1]')).map((line) => line.trim())).toEqual([
    expect.stringMatching(/^└─ \[1\] lookup raw_info by id +jobs\/x\.ts:3$/),
    '└─ [1] as above',
  ]);
  expect(lines).toContain(
    '      └─ filter tryCast(now_premium as DOUBLE) < tryCast(raw_premium as DOUBLE) * 0.85  jobs/x.ts:4',
  );
});

test('every operator has its words', () => {
  const dimension = table('dim', { key: 'BIGINT!', name: 'VARCHAR' }, 'key');
  const rows = source('s', { a: 'BIGINT!', b: 'BIGINT', c: 'VARCHAR' });
  const looked = lookup(rows, dimension, { key: 'a' }, 'null');
  const last = lastValue(looked, ['a'], { by: 'b', ignoreNulls: true });
  const first = firstValue(last, ['c']);
  const total = group(first, [], { n: aggregate('sum', 'b', call('isNull', 'c')) });
  const renamed = project(total, { m: 'n' });
  const text = explainText(job(into(renamed, table('t', {}, 'm'))));
  const headlines = text.split('\n').flatMap((line) => /└─ (.*?) {2}/.exec(line)?.[1] ?? []);
  expect(headlines).toEqual([
    'select',
    'agg over all rows',
    'firstValue by c',
    'lastValue by a, ordered by b, ignoring NULLs',
    'lookup dim by key = a, NULL where it has no row',
    'stream s',
  ]);
  expect(text).toContain('n = sum(b) where c is NULL');
  expect(text).toContain('│ one row · updating · reads the outside · bounded state');
  expect(text).toContain('key c · updating · reads the outside · state per row');
});

test('a plan as data', () => {
  const plan = rewrite(placed(premiumDropAlert()));
  const json = JSON.parse(JSON.stringify(explainJson(plan)));
  expect(json).toMatchObject({ job: 'premium-drop-alert', timeZone: 'Asia/Shanghai', warnings: [] });
  expect(json.nodes.map(({ id, op, inputs }: Record<string, unknown>) => [id, op, inputs])).toEqual([
    [1, 'source', []],
    [2, 'project', [1]],
    [3, 'filter', [2]],
    [4, 'lookup', [3]],
    [5, 'filter', [4]],
    [6, 'project', [5]],
    [7, 'upsert', [6]],
    [8, 'upsert', [4]],
    [9, 'project', [8]],
  ]);
  expect(json.nodes[8]).toEqual({
    id: 9,
    op: 'project',
    at: 'jobs/x.ts:9',
    inputs: [8],
    text: 'select',
    computes: { raw_premium: 'now_premium', raw_info: 'now_info' },
    row: [
      { name: 'id', type: 'BIGINT', nullable: false },
      { name: 'raw_premium', type: 'VARCHAR', nullable: true },
      { name: 'raw_info', type: 'VARCHAR', nullable: true },
    ],
    upsertKey: ['id'],
    changeMode: 'upsert',
    determinism: 'reads the outside',
    state: 'none',
    ttl: null,
    fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  expect(json.outputs.map(({ table: name, input }: Record<string, unknown>) => [name, input])).toEqual([
    ['wechat_activity_user', 7],
    ['raw_info', 9],
  ]);
});
