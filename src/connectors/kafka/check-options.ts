import type { MillraceError } from '../../errors.ts';
import type { KafkaConnection } from './kafka-options.ts';

/** Makes the error of a setting, which it names with whose setting it is. */
type FaultMaker = (text: string) => MillraceError;

const BROKER = /^[^\s:,]+:\d{1,5}$/;

/** Checks how a cluster is reached; options may come from a file. */
export function checkConnection({ brokers, sasl }: KafkaConnection, fault: FaultMaker): void {
  if (!Array.isArray(brokers) || brokers.length === 0)
    throw fault("brokers: wants a list like ['host:9092']");
  const broker = brokers.find((text) => typeof text !== 'string' || !BROKER.test(text));
  // A password may stand before the host, as in addresses of other services.
  if (broker !== undefined)
    throw fault(`brokers: wants host:port, not '${String(broker).replace(/^.*@/s, '…@')}'`);
  if (sasl === undefined) return;
  choiceChecker(fault)('sasl.mechanism', sasl.mechanism, ['plain', 'scram-sha-256', 'scram-sha-512']);
  if (!sasl.username || !sasl.password) throw fault('sasl: wants username and password');
}

/** Checks that a setting is one of some values. */
export const choiceChecker =
  (fault: FaultMaker) =>
  (name: string, value: unknown, values: readonly string[]): void => {
    if (!values.includes(value as string))
      throw fault(`${name}: wants ${values.join(' or ')}, not '${value}'`);
  };

/** Checks a setting that is a whole number above 0, or absent. */
export function checkCount(name: string, value: unknown, fault: FaultMaker): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) > 0))
    throw fault(`${name}: wants a whole number above 0, not '${value}'`);
}
