/**
 * What a fault asks for: to wait; another name; another offset; to take the transactional id anew, since another producer has it or it
 * was given up; a smaller record; other settings, since trying again changes nothing.
 */
export type KafkaFaultKind = 'away' | 'unknown topic' | 'out of range' | 'fenced' | 'too large' | 'final';

/** Why a call to Kafka did not work: a reason without secrets. */
export class KafkaFault extends Error {
  readonly kind: KafkaFaultKind;
  constructor(kind: KafkaFaultKind, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = 'KafkaFault';
    this.kind = kind;
  }
}
