import { failed, MillraceError, wrong } from '../../errors.ts';
import type { MaybePromise } from '../../maybe-promise.ts';
import { CONFIG } from './load-config.ts';

/** The error with the setting that is at fault; undefined: none is. */
export function atSetting(error: unknown, setting: string | undefined): unknown {
  if (setting === undefined || !(error instanceof MillraceError)) return error;
  return new MillraceError(error.exitCode, `${CONFIG}: ${setting}: ${error.message}`, { cause: error.cause });
}

/**
 * What a connector of one's own opens. A `MillraceError` is its own; what else it throws is exit 1, an answer that lacks a method exit 2.
 *
 * @param what a source or a database, with its article
 * @param methods some of those that it must have
 */
export async function openOwn<T extends object>(
  what: string,
  methods: readonly (keyof T & string)[],
  open: () => MaybePromise<T>,
): Promise<T> {
  let opened: Partial<T> | null | undefined;
  try {
    opened = await open();
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw failed(`open: ${error instanceof Error ? error.message : error}`, error);
  }
  const missing = methods.find((name) => typeof opened?.[name] !== 'function');
  if (missing === undefined) return opened as T;
  throw wrong(`open must answer with ${what}: an object with ${methods.join(', ')}`);
}
