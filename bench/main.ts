// `npm run bench`: the jobs on the engine against the same jobs written by hand.
import { caseId } from './group.ts';
import { measureGroups } from './measure-groups.ts';
import { options } from './options.ts';
import { planGroups } from './plan-groups.ts';
import { fallen } from './report/check.ts';
import { thisMachine } from './report/machine.ts';
import { markdown, table } from './report/markdown.ts';
import { type RunRecord, recorded, write } from './report/record.ts';

const { quick, check, only } = options(process.argv.slice(2));
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
const results = await measureGroups(groups);

if (check) await checkAgainst(before as RunRecord);
else if (only !== '') console.log(table(results));
else {
  const record = { date: new Date().toISOString(), quick, machine: thisMachine(), results };
  console.log(markdown(record));
  // A quick run does not take the place of a full one.
  if (!quick || before?.quick !== false) write(record);
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
