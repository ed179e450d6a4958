import { openFileSource } from '../../src/connectors/file/file-source.ts';
import { openKafkaSource } from '../../src/connectors/kafka/kafka-source.ts';
import type { Topic } from '../group.ts';
import { intoDatabaseFrom } from './into-database.ts';
import type { MakePart } from './part.ts';
import { ownServerDatabase, type Server } from './servers.ts';

/**
 * The engine with checkpoints into a server, from a topic of a broker on this machine, against the engine with checkpoints from the file that the topic
 * was filled from. The broker's CPU time is not counted; `wall` has it.
 */
export const kafkaPart =
  (server: Server): MakePart =>
  (context) => {
    const { file, topic } = context.place;
    const { brokers, name } = topic as Topic;
    const make = ownServerDatabase(server);
    const [epoch = 1000] = context.group.epochs;
    return {
      hand: intoDatabaseFrom(context, make, epoch, (spec) => openFileSource(spec, [file])),
      engine: (epochRows) =>
        intoDatabaseFrom(context, make, epochRows, (spec) =>
          openKafkaSource(spec, { brokers, topic: name, format: 'json', until: 'latest' }),
        ),
    };
  };
