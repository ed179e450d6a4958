// `npm run bench`: the jobs on the engine against the same jobs written by hand.
import { caseId } from './group.ts';
import { measureGroups } from './measure-groups.ts';
import { options } from './options.ts';
import { planGroups } from './plan-groups.ts';
import { fallen } from './report/check.ts';
import { thisMachine } from './report/machine.ts';
import { markdown, table } from './report/markdown.ts';
import { type RunRecord, recorded, write } from './report/record.ts';

const { quick, check, only, record: keep } = options(process.argv.slice(2));
const groups = planGroups({ quick, only });
if (groups.length === 0) {
  console.error(`no case contains '${only}'`);
  process.exit(2);
}
const before = recorded();
if (check && before === undefined) {
  console.error('nothing is recorded to compare with: run npm run bench first');
  process.exit(2);
}
const began = performance.now();
const results = await measureGroups(groups);
const minutes = Math.ceil((performance.now() - began) / 60_000);

if (check) await checkAgainst(before as RunRecord);
else if (only !== '') {
  console.log(table(results));
  if (keep) write(merged(recorded(), results));
} else {
  const record = { date: new Date().toISOString(), quick, machine: thisMachine(), minutes, results };
  console.log(markdown(record));
  // A quick run does not take the place of a full one.
  if (!quick || before?.quick !== false) write(record);
}

/** What is recorded, with these cases in the place of what they were before. */
function merged(record: RunRecord | undefined, results: RunRecord['results']): RunRecord {
  const measured = new Map(results.map((result) => [result.id, result]));
  const kept = (record?.results ?? []).filter(({ id }) => !measured.has(id));
  const all = new Map([...kept, ...results].map((result) => [result.id, result]));
  // In the order of a whole run.
  const order = planGroups({ quick: false, only: '' }).flatMap((group) =>
    group.epochs.map((epoch) => caseId(group, epoch)),
  );
  return {
    date: new Date().toISOString(),
    quick,
    machine: thisMachine(),
    results: order.flatMap((id) => all.get(id) ?? []),
  };
}

/** What fell is measured a second time: other work on the machine disturbs single cases. */
async function checkAgainst(record: RunRecord): Promise<void> {
  console.log(table(results));
  const first = fallen(record.results, results).map(({ id }) => id);
  const again = groups.flatMap((group) => {
    const epochs = group.epochs.filter((epoch) => first.includes(caseId(group, epoch)));
    return epochs.length === 0 ? [] : [{ ...group, epochs }];
  });
  const still = again.length === 0 ? [] : fallen(record.results, await measureGroups(again));
  for (const { id, recorded: old, now } of still)
    console.error(`${id}: the ratio fell from ${old.toFixed(2)} to ${now.toFixed(2)}`);
  if (still.length > 0) process.exitCode = 1;
}
