// Messages of the protocol through the schema that the SDK brings.
import { createRequire } from 'node:module';
import { type Condition, type Filter, ServerError } from './ots-tables.ts';
import { readVariant } from './plain-buffer.ts';

interface Message {
  decode(bytes: Uint8Array): Record<string, unknown>;
  encode(message: object): { finish(): Uint8Array };
}
const proto = createRequire(import.meta.url)('tablestore/lib/protocol/tablestore_compiled_proto.js') as {
  readonly main: { readonly proto: Readonly<Record<string, Message>> };
  readonly filter: { readonly proto: Readonly<Record<string, Message>> };
};

/** A request, or a part of one: its fields are what the caller knows they are. */
// biome-ignore lint/suspicious/noExplicitAny: fields of messages that have no types
export type Fields = any;

export const decode = (name: string, bytes: Uint8Array): Fields =>
  (proto.main.proto[name] as Message).decode(bytes);
export const encode = (name: string, message: object): Uint8Array =>
  (proto.main.proto[name] as Message).encode(message).finish();

const COMPARE = ['', 'equal', 'not equal', 'greater', 'greater equal', 'less', 'less equal'] as const;
const COMBINE = ['', 'not', 'and', 'or'] as const;

function filterOf({ type, filter }: Fields): Filter {
  const message = (name: string): Fields => (proto.filter.proto[name] as Message).decode(filter);
  if (type === 1) {
    const { comparator, columnName, columnValue, filterIfMissing } = message('SingleColumnValueFilter');
    return {
      kind: 'column',
      compare: COMPARE[comparator] as Exclude<(typeof COMPARE)[number], ''>,
      name: columnName,
      value: readVariant(columnValue),
      passIfMissing: !filterIfMissing,
    };
  }
  if (type !== 2) throw new ServerError('OTSParameterInvalid', `filter of type ${type}`);
  const { combinator, subFilters } = message('CompositeColumnValueFilter');
  const kind = COMBINE[combinator] as 'not' | 'and' | 'or';
  if (kind === 'not' ? subFilters.length !== 1 : subFilters.length < 2)
    throw new ServerError('OTSParameterInvalid', `${kind} of ${subFilters.length} filters`);
  return { kind, parts: subFilters.map(filterOf) };
}

/** A row's condition. */
export function conditionOf({ rowExistence, columnCondition }: Fields): Condition {
  const filter =
    columnCondition && columnCondition.length > 0
      ? filterOf((proto.filter.proto.Filter as Message).decode(columnCondition))
      : undefined;
  return { exists: rowExistence === 0 ? undefined : rowExistence === 1, filter };
}
