import { KafkaFault } from '../kafka-fault.ts';

/** What kafkajs' errors say beside their message. */
interface DriverError extends Error {
  readonly type?: string;
  readonly code?: string;
}

const FINAL_NAMES = [
  'KafkaJSSASLAuthenticationError',
  'KafkaJSNotImplemented',
  'KafkaJSServerDoesNotSupportApiKey',
  'TypeError',
  'RangeError',
  'ReferenceError',
];
const FINAL_TYPES =
  /_AUTHORIZATION_FAILED$|^SASL_AUTHENTICATION_FAILED$|^UNSUPPORTED_|^INVALID_(TOPIC_EXCEPTION|TRANSACTION_TIMEOUT|RECORD|CONFIG|PARTITIONS|REPLICATION_FACTOR)$|^POLICY_VIOLATION$/;
/** The last: a transactional id that its coordinator has forgotten. */
const FENCED_TYPES = ['INVALID_PRODUCER_EPOCH', 'INVALID_TXN_STATE', 'INVALID_PRODUCER_ID_MAPPING'];
const LARGE_TYPES = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
const OUR_CERTIFICATE = /^ERR_SSL_.*ALERT.*CERT/;
const CERTIFICATE = /CERT|SELF_SIGNED|^UNABLE_TO_|^ERR_TLS_/;

/** The fault behind an error of the driver. */
export function faultOf(error: unknown): KafkaFault {
  if (error instanceof KafkaFault) return error;
  let at = error as DriverError;
  // kafkajs wraps an error in those of its retries.
  while (at.cause instanceof Error && !isFinal(at)) at = at.cause as DriverError;
  if (at.type === 'UNKNOWN_TOPIC_OR_PARTITION') return new KafkaFault('unknown topic', at.message, error);
  if (at.type === 'OFFSET_OUT_OF_RANGE') return new KafkaFault('out of range', at.message, error);
  if (FENCED_TYPES.includes(at.type ?? '')) return new KafkaFault('fenced', at.message, error);
  if (LARGE_TYPES.includes(at.type ?? '')) return new KafkaFault('too large', at.message, error);
  if (OUR_CERTIFICATE.test(at.code ?? ''))
    return new KafkaFault('final', 'the broker does not accept our certificate (tls.cert, tls.key)', error);
  if (CERTIFICATE.test(at.code ?? ''))
    return new KafkaFault('final', `the broker's certificate is not accepted: ${tlsReason(at)}`, error);
  return new KafkaFault(isFinal(at) ? 'final' : 'away', at.message, error);
}

const isFinal = ({ name, type, code }: DriverError): boolean =>
  FINAL_NAMES.includes(name) || FINAL_TYPES.test(type ?? '') || CERTIFICATE.test(code ?? '');

const tlsReason = ({ message }: Error): string => message.replace(/^Connection error: /, '');
