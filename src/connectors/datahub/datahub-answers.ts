// The service's JSON answers, each member checked: an answer that is none of the protocol is a fault.
import { DataHubFault } from './datahub-fault.ts';
import type {
  Cursor,
  FailedRecord,
  ReadRecord,
  ReadRecords,
  Shard,
  SubscriptionOffset,
  TopicDescription,
} from './datahub-port.ts';

type Json = Readonly<Record<string, unknown>>;

const strange = (what: string): DataHubFault =>
  new DataHubFault('final', `the service answered without a valid ${what}`);

function objectIn(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw strange(what);
  return value as Json;
}

function listIn(value: unknown, what: string): readonly Json[] {
  if (!Array.isArray(value)) throw strange(what);
  return value.map((one) => objectIn(one, what));
}

function textIn(value: unknown, what: string): string {
  if (typeof value !== 'string') throw strange(what);
  return value;
}

function wholeIn(value: unknown, what: string): number {
  if (!Number.isSafeInteger(value)) throw strange(what);
  return value as number;
}

function parsed(text: string): Json {
  try {
    return objectIn(JSON.parse(text), 'JSON object');
  } catch {
    throw strange('JSON object');
  }
}

/** The answer to GET of a topic. Its schema is JSON in a text. */
export function descriptionIn(text: string): TopicDescription {
  const { RecordType, RecordSchema } = parsed(text);
  if (RecordType === 'BLOB') return { type: 'BLOB', fields: [] };
  if (RecordType !== 'TUPLE') throw strange('RecordType');
  const { fields } = parsed(textIn(RecordSchema, 'RecordSchema'));
  return {
    type: 'TUPLE',
    fields: listIn(fields, 'RecordSchema').map(({ name, type, notnull }) => ({
      name: textIn(name, 'RecordSchema'),
      type: textIn(type, 'RecordSchema').toUpperCase(),
      notNull: notnull === true || notnull === 'true',
    })),
  };
}

/** The answer to GET of a topic's shards. */
export function shardsIn(text: string): readonly Shard[] {
  return listIn(parsed(text).Shards, 'Shards').map(
    ({ ShardId, State, ParentShardIds, BeginHashKey, EndHashKey }) => ({
      id: textIn(ShardId, 'ShardId'),
      state: textIn(State, 'State').toUpperCase(),
      parents: Array.isArray(ParentShardIds) ? ParentShardIds.map((id) => textIn(id, 'ParentShardIds')) : [],
      keys:
        typeof BeginHashKey === 'string' && typeof EndHashKey === 'string' && BeginHashKey !== EndHashKey
          ? { begin: BeginHashKey.toUpperCase(), end: EndHashKey.toUpperCase() }
          : undefined,
    }),
  );
}

/** The answer to `cursor`. */
export function cursorIn(text: string): Cursor {
  const { Cursor, Sequence } = parsed(text);
  return { cursor: textIn(Cursor, 'Cursor'), sequence: wholeIn(Sequence, 'Sequence') };
}

/** The answer to `sub`. */
export function recordsIn(text: string): ReadRecords {
  const { Records, NextCursor, LatestSeq } = parsed(text);
  return {
    records: listIn(Records ?? [], 'Records').map(recordIn),
    next: textIn(NextCursor, 'NextCursor'),
    latest: LatestSeq == null ? undefined : wholeIn(LatestSeq, 'LatestSeq'),
  };
}

function recordIn({ Sequence, SystemTime, Data, Attributes }: Json): ReadRecord {
  const sequence = wholeIn(Sequence, 'Sequence');
  const time = wholeIn(SystemTime, 'SystemTime');
  const attributes = objectIn(Attributes ?? {}, 'Attributes');
  if (typeof Data === 'string') return { sequence, time, data: Buffer.from(Data, 'base64'), attributes };
  if (!Array.isArray(Data) || !Data.every((value) => value === null || typeof value === 'string'))
    throw strange('Data');
  return { sequence, time, data: Data as readonly (string | null)[], attributes };
}

/** The answer to `pub`: what was not written, though the answer is no error. */
export function failedIn(text: string): readonly FailedRecord[] {
  const { FailedRecordCount, FailedRecords } = parsed(text);
  const failed = listIn(FailedRecords ?? [], 'FailedRecords').map(({ Index, ErrorCode, ErrorMessage }) => ({
    index: wholeIn(Index, 'Index'),
    code: textIn(ErrorCode, 'ErrorCode'),
    message: String(ErrorMessage ?? ''),
  }));
  if (wholeIn(FailedRecordCount ?? 0, 'FailedRecordCount') > failed.length) throw strange('FailedRecords');
  return failed;
}

/** The answer to `open` of a subscription. Version and session may be beyond what a double holds. */
export function offsetsIn(text: string): ReadonlyMap<string, SubscriptionOffset> {
  const { Offsets } = parsed(text.replace(/"(Version|SessionId)"\s*:\s*(-?\d+)/g, '"$1":"$2"'));
  return new Map(
    Object.entries(objectIn(Offsets, 'Offsets')).map(([shard, value]) => {
      const { Sequence, Timestamp, Version, SessionId } = objectIn(value, 'Offsets');
      const sequence = wholeIn(Sequence, 'Sequence');
      const time = wholeIn(Timestamp, 'Timestamp');
      return [
        shard,
        { sequence, time, version: textIn(Version, 'Version'), session: textIn(SessionId, 'SessionId') },
      ];
    }),
  );
}
