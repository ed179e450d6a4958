// Debug mode: what operators promise one another is checked while a job runs. Nothing of it is in the way otherwise.
import type { Batch } from '../batch.ts';
import type { Epoch } from '../epoch.ts';
import type { Operator } from '../operator.ts';
import type { Into } from '../operators/into.ts';
import { batchCheck, whereOf } from './check-batch.ts';
import { freezeRows, type LentBatch, lentBatch } from './lent-batch.ts';
import type { Making } from './making.ts';

/**
 * An operator whose batches are checked (`batchCheck`) and lent for the epoch alone (`lentBatch`). The rows that it gets
 * and gives are frozen, so that who changes one is found at the place where he does. Of a try that is taken back anyhow,
 * results are not checked.
 */
function guardedOperator(operator: Operator): Operator {
  const { node, state } = operator;
  const check = batchCheck(node);
  const lent: LentBatch[] = [];
  const end = (): void => {
    for (const batch of lent.splice(0)) batch.end();
  };
  const lend = (made: Batch, input: Batch, epoch: Epoch): Batch => {
    if (!epoch.spoilt) check(made, epoch);
    const loan = lentBatch(made, input, whereOf(node));
    lent.push(loan);
    return loan.batch;
  };
  return {
    node,
    apply(input, epoch) {
      freezeRows(input);
      const made = operator.apply(input, epoch);
      return made instanceof Promise
        ? made.then((batch) => lend(batch, input, epoch))
        : lend(made, input, epoch);
    },
    recall: (input, epoch) =>
      operator.recall === undefined ? (operator.apply(input, epoch) as Batch) : operator.recall(input, epoch),
    state: {
      parts: state?.parts ?? [],
      get expired() {
        return state?.expired ?? 0;
      },
      rollback() {
        state?.rollback();
        end();
      },
      commit(epoch) {
        state?.commit(epoch);
        end();
      },
    },
  };
}

/** The end of an output whose rows, and lists of rows, no database and no program can change. */
function guardedInto(into: Into): Into {
  return (input, epoch) => {
    freezeRows(input);
    const effect = into(input, epoch);
    const { upserts, deletes, writeBacks } = effect.changes;
    for (const rows of [upserts, deletes]) for (const row of Object.freeze(rows)) Object.freeze(row);
    for (const { read, row } of Object.freeze(writeBacks)) {
      Object.freeze(read);
      Object.freeze(row);
    }
    return effect;
  };
}

/** Makes a plan's parts such that what they promise is checked. */
export const guarded: Making = { operator: guardedOperator, into: guardedInto };
