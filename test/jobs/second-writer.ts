import { random } from '../../src/connectors/generator/random.ts';
import type { TestDatabase } from '../databases.ts';
import { type DimensionRow, KEYS, laneOf, premiumOfWriter, wordOfWriter } from './second-writer-inputs.ts';

/** A change that was committed. Of a correction that leaves the premium, `premium` is absent. */
export interface Written {
  readonly id: number;
  readonly after: Partial<DimensionRow> | null;
}

const TABLE = 'adm_zy_acct_sub_wechat_list';
/** Somebody else was in the way. */
const CONFLICTS = new Set(['SQLITE_BUSY', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', '40P01', '40001']);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Somebody who inserts, corrects and deletes rows of the dimension all the time, one transaction after the other. */
export class SecondWriter {
  readonly #database: TestDatabase;
  readonly #chances: ReturnType<typeof random>;
  readonly #there = new Set(KEYS);
  readonly #written: Written[] = [];
  readonly #done: Promise<void>;
  #words = KEYS.length;
  #stopped = false;

  /** Begins at once. */
  constructor(database: TestDatabase, seed: number) {
    this.#database = database;
    this.#chances = random(seed ^ 0x5eed);
    this.#done = this.#work();
    this.#done.catch(() => {});
  }

  /** Committed changes so far. */
  get count(): number {
    return this.#written.length;
  }

  /** Ends, and answers what was committed, in order. Rejects where a statement failed: one of his rows came or went without him. */
  async stop(): Promise<readonly Written[]> {
    this.#stopped = true;
    await this.#done;
    return this.#written;
  }

  async #work(): Promise<void> {
    const keys = KEYS.filter((id) => laneOf(id) !== 'calm');
    while (!this.#stopped) {
      await this.#one(this.#chances.one(keys));
      if (this.#chances.chance(0.3)) await pause(this.#chances.below(4));
    }
  }

  async #one(id: number): Promise<void> {
    const chances = this.#chances;
    const n = this.#words++;
    const info = wordOfWriter(n);
    const premium = premiumOfWriter(id, n);
    if (!this.#there.has(id)) {
      await this.#commit(`INSERT INTO ${TABLE} (raw_premium, raw_info, id) VALUES (?, ?, ?)`, id, {
        premium,
        info,
      });
      this.#there.add(id);
    } else if (chances.chance(0.12)) {
      await this.#commit(`DELETE FROM ${TABLE} WHERE id = ?`, id, null);
      this.#there.delete(id);
    } else if (chances.chance(0.4)) {
      // A change that a collation may not see: of the case alone.
      const cased = `${chances.chance(0.5) ? 'UPPER' : 'LOWER'}(raw_premium)`;
      await this.#commit(`UPDATE ${TABLE} SET raw_premium = ${cased}, raw_info = ? WHERE id = ?`, id, {
        info,
      });
    } else {
      const any = laneOf(id) === 'any';
      const rows = any
        ? [
            { premium, info },
            { premium, info: null },
            { premium: null, info },
          ]
        : [{ premium, info }];
      await this.#commit(
        `UPDATE ${TABLE} SET raw_premium = ?, raw_info = ? WHERE id = ?`,
        id,
        chances.one(rows),
      );
    }
  }

  /** One statement that changes one row; on servers now and then a transaction that takes its time, or is taken back first. */
  async #commit(text: string, id: number, after: Partial<DimensionRow> | null): Promise<void> {
    const { kind, sql, transaction } = this.#database;
    const values = [...Object.values(after ?? {}), id];
    const slow = kind !== 'sqlite' && this.#chances.chance(0.15);
    const takenBack = slow && this.#chances.chance(0.3);
    const length = this.#chances.below(12);
    for (;;) {
      try {
        if (takenBack) await transaction((own) => own(text, values).then(() => Promise.reject(TAKEN_BACK)));
      } catch (error) {
        if (error !== TAKEN_BACK && !isConflict(error)) throw error;
      }
      try {
        if (slow)
          await transaction(async (own) => {
            await own(text, values);
            await pause(length);
          });
        else await sql(text, values);
        break;
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
    this.#written.push({ id, after });
  }
}

const TAKEN_BACK = new Error('taken back on purpose');
const isConflict = (error: unknown): boolean => CONFLICTS.has(String((error as { code?: unknown }).code));
