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
  /_AUTHORIZATION_FAILED$|^SASL_AUTHENTICATION_FAILED$|^UNSUPPORTED_SASL_MECHANISM$|^INVALID_TOPIC_EXCEPTION$|^UNSUPPORTED_VERSION$/;
const CERTIFICATE = /CERT|SELF_SIGNED|^UNABLE_TO_|^ERR_TLS_/;

/** The fault behind an error of the driver. */
export function faultOf(error: unknown): KafkaFault {
  if (error instanceof KafkaFault) return error;
  let at = error as DriverError;
  // kafkajs wraps an error in those of its retries.
  while (at.cause instanceof Error && !isFinal(at)) at = at.cause as DriverError;
  if (at.type === 'UNKNOWN_TOPIC_OR_PARTITION') return new KafkaFault('unknown topic', at.message, error);
  if (at.type === 'OFFSET_OUT_OF_RANGE') return new KafkaFault('out of range', at.message, error);
  return new KafkaFault(isFinal(at) ? 'final' : 'away', at.message, error);
}

const isFinal = ({ name, type, code }: DriverError): boolean =>
  FINAL_NAMES.includes(name) || FINAL_TYPES.test(type ?? '') || CERTIFICATE.test(code ?? '');
