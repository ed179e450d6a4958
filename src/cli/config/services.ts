// How services are reached that sources and tables have in common.
import type { EnvironmentVariable, Setting } from './setting.ts';

/** A cluster of Kafka. */
export interface KafkaCluster {
  /** `host:port` of some brokers; one text may hold several, with commas between them. */
  readonly brokers: Setting | readonly Setting[];
  /** Our name in the brokers' logs; default `millrace`. */
  readonly clientId?: Setting;
  /** TLS, the brokers' certificates checked; `tls` says with what beside the authorities that Node trusts. */
  readonly ssl?: boolean;
  /** PEM texts: of who vouches for the brokers, of our certificate and of its key. */
  readonly tls?: { readonly ca?: Setting; readonly cert?: Setting; readonly key?: EnvironmentVariable };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: Setting;
    /** Only `env('…')`. */
    readonly password: Setting;
  };
}

/** A service of Alibaba Cloud. */
export interface AlibabaService {
  /** `https://…`, without a path. */
  readonly endPoint: Setting;
  readonly accessId: Setting;
  /** Only `env('…')`. */
  readonly accessKey: Setting;
  /** Of temporary credentials; only `env('…')`. */
  readonly securityToken?: Setting;
}
