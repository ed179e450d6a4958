/**
 * What a fault asks for. `away`: to wait, the service is not there or wants fewer calls. `gone`: another sequence, retention took the one
 * that was asked for, or there is none yet. `sealed`: another shard, this one was split or merged and takes and gives no more. `cursor`:
 * another cursor. `missing`: another name. `final`: other settings.
 */
export type DataHubFaultKind = 'away' | 'gone' | 'sealed' | 'cursor' | 'missing' | 'final';

/** Why a call to DataHub did not work: a reason without secrets. The message also names the request, which is another each time. */
export class DataHubFault extends Error {
  readonly kind: DataHubFaultKind;
  /** The service's name for it; undefined: it did not answer. */
  readonly code: string | undefined;
  readonly reason: string;

  constructor(kind: DataHubFaultKind, reason: string, code?: string, request?: string) {
    super(request === undefined ? reason : `${reason} (request ${request})`);
    this.name = 'DataHubFault';
    this.kind = kind;
    this.code = code;
    this.reason = reason;
  }
}

const KINDS: Readonly<Record<string, DataHubFaultKind>> = {
  LimitExceeded: 'away',
  SeekOutOfRange: 'gone',
  InvalidShardOperation: 'sealed',
  InvalidCursor: 'cursor',
  ResourceNotFound: 'missing',
  NoSuchProject: 'missing',
  NoSuchTopic: 'missing',
  NoSuchShard: 'missing',
  NoSuchSubscription: 'missing',
};

/** The kind of an error that the service answered with. */
export const faultKind = (status: number, code: string): DataHubFaultKind =>
  KINDS[code] ?? (status >= 500 || status === 429 || status === 408 ? 'away' : 'final');
