import { wrong } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import { show } from '../../values/show.ts';
import { isDuration } from '../duration.ts';
import { site, there } from './site.ts';

type Members = Readonly<Record<string, unknown>>;

/** Whether a value is an object with members of its own: no array, no function. */
export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An argument that is an object of columns, `{ name: … }`, with its new names checked. */
export function columnsArgument(call: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (!isMembers(value)) throw wrong(there(site(), `${call} wants { name: … }, not ${show(value)}`));
  const entries = Object.entries(value);
  for (const [name] of entries) columnName(name);
  return entries;
}

/** Why a name cannot be that of a column; undefined where it can. Integers: JavaScript would move them to the front of a row. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '__proto__') return 'JavaScript keeps it for itself';
  if (/^(0|[1-9]\d*)$/.test(name)) return 'it is a number';
  return /[\p{Cc}\p{Surrogate}]/u.test(name) ? 'it has a control character' : undefined;
}

/** A name for a new column. */
export function columnName(name: string): string {
  const fault = nameFault(name);
  if (fault) throw wrong(there(site(), `'${name}' cannot be the name of a column: ${fault}`));
  return name;
}

/** The options of a call: none but the known ones. */
export function optionsOf(call: string, options: unknown, known: readonly string[]): Members {
  if (options === undefined) return {};
  if (!isMembers(options)) throw wrong(there(site(), `${call}: options are an object, not ${show(options)}`));
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw wrong(there(site(), `${call}: there is no option '${name}'${nearest(name, known)}`));
    }
  }
  return options;
}

/** A `ttl` in milliseconds; null: kept for ever. */
export function ttlOf(call: string, ttl: unknown): number | null {
  if (ttl === undefined) return null;
  if (!isDuration(ttl) || ttl.millis === 0) {
    throw wrong(there(site(), `${call}: a ttl is a time above 0, such as days(2), not ${show(ttl)}`));
  }
  return ttl.millis;
}
