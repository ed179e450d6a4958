import { refused } from '../../errors.ts';
import type { SourcePosition } from '../source.ts';
import type { GeneratorOptions } from './generator-options.ts';

/** The options that events of the past follow from. */
type Settings = Pick<GeneratorOptions, 'seed' | 'rows' | 'from' | 'to' | 'badRows'>;

/** The position behind so many events. */
export const generatorPosition = (
  events: number,
  { seed, rows, from, to, badRows }: Settings,
): SourcePosition => ({ events, settings: { seed, rows, from, to, badRows } });

/**
 * Where an earlier run stood: the events that it made, and the options that it made them with, which those to come follow from, too.
 *
 * @throws MillraceError (exit 3) where it is the position of another kind of source, or the seed is another
 */
export function madeBefore(
  position: SourcePosition,
  options: GeneratorOptions,
  source: string,
): { readonly events: number; readonly options: GeneratorOptions } {
  const { events, settings } = position as { events?: unknown; settings?: Settings };
  if (typeof events !== 'number' || typeof settings?.seed !== 'number')
    throw refused(
      `source '${source}': an earlier run did not generate its rows: read it again from where it came, or start anew with --fresh`,
    );
  if (settings.seed !== options.seed)
    throw refused(
      `source '${source}': an earlier run generated its rows with seed ${settings.seed}, this one would with seed ${options.seed}: give that seed, or start anew with --fresh`,
    );
  return { events, options: { ...options, ...settings } };
}
