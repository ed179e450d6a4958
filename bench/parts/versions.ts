import { KeyedState } from '../../src/state/keyed-state.ts';
import { valueKey } from '../../src/values/keys/key-form.ts';
import type { Row, Value } from '../../src/values/sql-type.ts';
import { DATA_SETS } from '../data/data-set.ts';
import { events } from '../data/write-events.ts';
import type { VersionReads } from '../group.ts';
import type { MakePart } from './part.ts';

/** Epochs between two reads of a version. */
const EVERY: Readonly<Record<VersionReads, number>> = { each: 1, '16': 16, none: Number.POSITIVE_INFINITY };

/**
 * The keyed state alone: it sets the last row of each account and is committed after each epoch, against a bare Map.
 * @param reads how often the version of the epoch is asked for
 */
export const versionsPart =
  (reads: VersionReads): MakePart =>
  ({ group: { job, shape } }) => {
    const rows = [...events(DATA_SETS[job].events(shape), shape)].filter(
      (row): row is Row => (row as Row).account_id !== null,
    );
    const table = (values: Iterable<Row>) => ({ user_last_log: values });
    return {
      hand: {
        prepare() {
          const last = new Map<Value, Row>();
          return {
            async run() {
              for (const row of rows) last.set(row.account_id as Value, row);
            },
            tables: () => table(last.values()),
          };
        },
      },
      engine: (epochRows) => ({
        prepare() {
          const state = new KeyedState<Value, Row>(valueKey());
          const every = EVERY[reads];
          let epoch = 0;
          return {
            async run() {
              for (let first = 0; first < rows.length; first += epochRows) {
                const end = Math.min(first + epochRows, rows.length);
                for (let i = first; i < end; i++) {
                  const row = rows[i] as Row;
                  state.set(state.slot(row.account_id as Value), row, i);
                }
                state.commit(++epoch);
                if (epoch % every === 0) state.version(epoch).at(0);
              }
            },
            tables: () => table(state.version(epoch).values()),
          };
        },
      }),
    };
  };
