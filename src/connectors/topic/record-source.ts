import { failed, MillraceError } from '../../errors.ts';
import { jsonMessage } from '../format/json-message.ts';
import type { Source, SourceSpec } from '../source.ts';
import type { TopicRecord } from './topic-batch.ts';
import { type Offsets, offsetsOf } from './topic-position.ts';
import { type TopicFeed, TopicSource } from './topic-source.ts';

/** What gives the records of a source of one's own. */
export type RecordFeed = Omit<TopicFeed<TopicRecord>, 'durable'> & Partial<TopicFeed<TopicRecord>>;

/** What a source of one's own is made of. */
export interface RecordSourceParts {
  /** Name of what is read: a state goes on only with the same one. */
  readonly topic: string;
  /** One line for `explain` and the start of a run. */
  readonly label: string;
  /** Begins to read. `from`: by partition the offset to go on at; a partition that is not there is read from its beginning. */
  open(from: Offsets): RecordFeed;
}

/**
 * A source of one's own: whatever gives records with growing offsets, in one partition or several, becomes a source that is read on from where a state
 * stands. `raw` of a record is one JSON object, read by the rules of NDJSON; one that is no row goes to quarantine with its partition and offset. What `next`
 * throws ends the run: a `MillraceError` with its exit code, all else with 1.
 *
 * @throws MillraceError (exit 3) where the state was read from something else
 * @example
 * recordSource(spec, {
 *   topic: 'clicks',
 *   label: 'clicks of the old system',
 *   open: (from) => ({ next: () => clicksBehind(from.all ?? 0), close: async () => {} }),
 * })
 */
export function recordSource(spec: SourceSpec, { topic, label, open }: RecordSourceParts): Source {
  const { name } = spec.schema;
  const from = spec.from === undefined ? {} : offsetsOf(spec.from, name, topic);
  const feed = open(from);
  const read = jsonMessage(spec);
  return new TopicSource<TopicRecord>({
    ...{ name, topic, label, from },
    feed: {
      async next() {
        try {
          return await feed.next();
        } catch (error) {
          if (error instanceof MillraceError) throw error;
          const reason = error instanceof Error ? error.message : error;
          throw failed(`source '${name}': ${label}: ${reason}`, error);
        }
      },
      durable: (offsets) => feed.durable?.(offsets),
      close: () => feed.close(),
    },
    decode: ({ raw }) => read(raw),
  });
}
