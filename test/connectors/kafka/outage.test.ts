import { expect, test } from '@jest/globals';
import { KafkaFault } from '../../../src/connectors/kafka/kafka-fault.ts';
import { Outage } from '../../../src/connectors/kafka/outage.ts';

test('each reason is told once in an outage, pauses grow, and the end is told', () => {
  const lines: string[] = [];
  const outage = new Outage('Kafka', (line) => lines.push(line));
  outage.back();
  const pauses = ['a', 'b', 'a', 'b'].map((reason) => outage.lost(new KafkaFault('away', reason)));
  expect(pauses).toEqual([100, 200, 400, 800]);
  expect(outage.open).toBe(true);
  outage.back();
  outage.back();
  expect(outage.lost(new KafkaFault('away', 'a'))).toBe(100);
  expect(lines).toEqual([
    'Kafka: a; waiting until it is back',
    'Kafka: b; waiting until it is back',
    expect.stringMatching(/^Kafka: back after [0-9.]+ s$/),
    'Kafka: a; waiting until it is back',
  ]);
});
