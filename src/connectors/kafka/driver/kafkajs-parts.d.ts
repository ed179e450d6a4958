// The parts of kafkajs 2.2.4 that lie below its documented surface.

declare module 'kafkajs/src/cluster/index.js' {
  import type { ISocketFactory, Logger, SASLOptions } from 'kafkajs';

  interface Request {
    readonly request: { readonly apiVersion: number };
    readonly requestTimeout?: number;
  }
  interface Response {
    decode(bytes: Buffer): Promise<unknown>;
    parse(decoded: unknown): Promise<unknown>;
  }
  export interface ProducerId {
    readonly producerId: string;
    readonly producerEpoch: number;
  }
  export interface PartitionData {
    readonly partition: number;
    readonly firstSequence: number;
    readonly messages: readonly { readonly key: Uint8Array; readonly value: Uint8Array | null }[];
  }
  export interface Broker {
    readonly connectionPool: { send(request: Request & { response: Response }): Promise<unknown> };
    lookupRequest(apiKey: number, definitions: unknown): (args: object) => Request;
    disconnect(): Promise<void>;
    metadata(topics: readonly string[]): Promise<{
      readonly topicMetadata: readonly {
        readonly topic: string;
        readonly partitionMetadata: readonly {
          readonly partitionId: number;
          readonly leader: number;
          readonly replicas: readonly number[];
        }[];
      }[];
    }>;
    listOffsets(args: {
      isolationLevel: number;
      topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
      }[];
    }): Promise<{
      readonly responses: readonly {
        readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
      }[];
    }>;
    offsetCommit(args: object): Promise<unknown>;
    createTopics(args: {
      topics: readonly {
        readonly topic: string;
        readonly numPartitions: number;
        readonly replicationFactor: number;
        readonly configEntries: readonly { readonly name: string; readonly value: string }[];
      }[];
    }): Promise<unknown>;
    describeConfigs(args: {
      resources: readonly { readonly type: number; readonly name: string; readonly configNames: string[] }[];
    }): Promise<{
      readonly resources: readonly {
        readonly resourceName: string;
        readonly configEntries: readonly { readonly configName: string; readonly configValue: string }[];
      }[];
    }>;
    initProducerId(args: { transactionalId: string; transactionTimeout: number }): Promise<ProducerId>;
    addPartitionsToTxn(
      args: {
        transactionalId: string;
        topics: readonly { topic: string; partitions: number[] }[];
      } & ProducerId,
    ): Promise<unknown>;
    produce(
      args: {
        transactionalId: string;
        compression: number;
        topicData: readonly { topic: string; partitions: readonly PartitionData[] }[];
      } & ProducerId,
    ): Promise<unknown>;
    endTxn(args: { transactionalId: string; transactionResult: boolean } & ProducerId): Promise<unknown>;
  }

  export default class Cluster {
    constructor(options: {
      logger: Logger;
      socketFactory: ISocketFactory;
      brokers: string[];
      ssl: object | null;
      sasl: SASLOptions | null;
      clientId: string;
      connectionTimeout: number;
      requestTimeout: number;
      metadataMaxAge: number;
      allowAutoTopicCreation: boolean;
      retry: { retries: number };
    });
    readonly brokerPool: { findConnectedBroker(): Promise<Broker> };
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    findControllerBroker(): Promise<Broker>;
    refreshMetadata(): Promise<void>;
    findTopicPartitionMetadata(topic: string): readonly { partitionId: number; leader: number }[];
    findBroker(node: { nodeId: string }): Promise<Broker>;
    findGroupCoordinator(group: { groupId: string; coordinatorType?: number }): Promise<Broker>;
  }
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { Logger } from 'kafkajs';

  const loggers: { createLogger(options: { level: number; logCreator: () => () => void }): Logger };
  export default loggers;
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  const protocol: { readonly requests: { readonly Fetch: unknown } };
  export default protocol;
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(bytes: Buffer);
  }
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';

  export default function decode(batch: Decoder): Promise<{
    readonly records: readonly {
      readonly offset: string;
      readonly timestamp: string;
      readonly key: Buffer | null;
      readonly value: Buffer | null;
    }[];
  }>;
}

declare module 'kafkajs/src/protocol/messageSet/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';

  export default function decode(
    messages: Decoder,
    size: number,
  ): Promise<
    readonly {
      readonly offset: string;
      readonly timestamp?: string;
      readonly key: Buffer | null;
      readonly value: Buffer | null;
    }[]
  >;
}

declare module 'kafkajs/src/protocol/error.js' {
  const errors: { createErrorFromCode(code: number): Error & { readonly type: string } };
  export default errors;
}
