import type { SASLOptions } from 'kafkajs';
import Cluster from 'kafkajs/src/cluster/index.js';
import loggers from 'kafkajs/src/loggers/index.js';
import { KafkaFault } from '../kafka-fault.ts';
import type { KafkaConnection } from '../kafka-options.ts';
import { addCodecs } from './codecs.ts';
import { faultOf } from './fault-of.ts';
import { sockets } from './sockets.ts';

/** A cluster through kafkajs. */
export interface OpenCluster {
  readonly cluster: Cluster;
  /** Runs a call; its errors become faults. */
  readonly asked: <T>(work: () => Promise<T>) => Promise<T>;
  /** Ends what is under way (it throws) and closes the connections at once. Idempotent. */
  readonly close: () => Promise<void>;
}

/** Opens a cluster. Connects at the first `connect`; nothing is tried again. */
export function openCluster({ brokers, ssl, sasl, clientId = 'millrace' }: KafkaConnection): OpenCluster {
  addCodecs();
  const { factory, destroy } = sockets();
  const cluster = new Cluster({
    logger: loggers.createLogger({ level: 0, logCreator: () => () => {} }),
    socketFactory: factory,
    brokers: [...brokers],
    ssl: ssl ? (ssl === true ? {} : { ...ssl }) : null,
    sasl: sasl ? ({ ...sasl } as SASLOptions) : null,
    clientId,
    connectionTimeout: 5000,
    requestTimeout: 15_000,
    metadataMaxAge: Number.POSITIVE_INFINITY,
    allowAutoTopicCreation: false,
    // Whoever calls tries again, and says so.
    retry: { retries: 0 },
  });
  let reached = false;
  return {
    cluster,
    async asked(work) {
      try {
        const answer = await work();
        reached = true;
        return answer;
      } catch (error) {
        const fault = faultOf(error);
        // A broker that speaks TLS says no more to those who do not.
        if (reached || ssl || fault.message !== 'Closed connection') throw fault;
        throw new KafkaFault('away', 'the broker closed the connection: does it want TLS (ssl)?', error);
      }
    },
    async close() {
      destroy();
      await cluster.disconnect();
    },
  };
}
