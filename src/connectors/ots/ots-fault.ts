/** What a fault asks for: to wait; another row than is there; a table that is not there, or is already; other settings, since trying again changes nothing. */
export type OtsFaultKind = 'away' | 'condition' | 'no table' | 'table exists' | 'final';

/** Why a call to Tablestore, or one row of it, did not work: a reason without secrets. */
export class OtsFault extends Error {
  readonly kind: OtsFaultKind;
  constructor(kind: OtsFaultKind, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = 'OtsFault';
    this.kind = kind;
  }
}

const AWAY = new Set([
  'OTSNotEnoughCapacityUnit',
  'OTSCapacityUnitExhausted',
  'OTSRowOperationConflict',
  'OTSServerBusy',
  'OTSServerUnavailable',
  'OTSOperationThrottled',
  'OTSTimeout',
  'OTSTableNotReady',
  'OTSPartitionUnavailable',
  'OTSInternalServerError',
]);

/** What to do about codes whose text does not say it. */
const ADVICE: Readonly<Record<string, string>> = {
  OTSAuthFailed:
    'check accessId, accessKey and securityToken, that they may use the instance, and the clock of this machine',
  OTSNoPermissionAccess: 'give the access key the permission to read and write this instance',
  OTSMethodNotAllowed: 'check endPoint: it is no Tablestore',
  OTSQuotaExhausted: 'the instance has reached a quota: raise it, or free something',
};

/** The fault of a Tablestore error code, of a call or of one of its rows. */
export function faultOfCode(code: string, message: string, requestId?: string): OtsFault {
  const request = requestId ? ` (request ${requestId})` : '';
  const advice = ADVICE[code];
  const reason = `${code}${message === '' ? '' : `: ${message}`}${request}${advice ? `; ${advice}` : ''}`;
  return new OtsFault(kindOf(code, message), reason);
}

function kindOf(code: string, message: string): OtsFaultKind {
  if (AWAY.has(code)) return 'away';
  // The same code says that too many tables are made at a time, which passes, and that there are too many, which does not.
  if (code === 'OTSQuotaExhausted') return /frequent/i.test(message) ? 'away' : 'final';
  if (code === 'OTSConditionCheckFail') return 'condition';
  if (code === 'OTSObjectNotExist') return 'no table';
  if (code === 'OTSObjectAlreadyExist') return 'table exists';
  return 'final';
}

/** The fault of an answer without a Tablestore error: from a gateway before it, or from something else. */
export const faultOfStatus = (status: number): OtsFault =>
  new OtsFault(
    status >= 500 || status === 429 || status === 408 ? 'away' : 'final',
    `HTTP status ${status} without an error of Tablestore; check endPoint`,
  );
