/** How to start a broker. */
export interface KafkaOptions {
  /** Its data, its log, its settings. One that a broker ran in before goes on with its data and its port. */
  readonly directory: string;
  /** Absent: a free one. */
  readonly port?: number;
  /** Lines of server.properties that replace or add to ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** It outlives this process; absent: it ends with it. */
  readonly detached?: boolean;
}

/** A broker that answers. */
export interface RunningKafka {
  readonly brokers: string[];
  readonly pid: number;
  /** Ends it and waits for that; absent: in good order, 'SIGKILL': as if the machine went down. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a broker and waits until it answers. Says what is missing where Java or Maven are not there. */
export function startKafka(options: KafkaOptions): Promise<RunningKafka>;

/** The broker of a directory, where one runs. */
export function foundKafka(directory: string): FoundKafka | undefined;

/** A broker that was found. */
export interface FoundKafka {
  /** `host:port`. */
  readonly address: string;
  readonly pid: number;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}
/** The port that the broker of a directory has, or had when it ran; undefined: none ran there. */
export function portOf(directory: string): string | undefined;
