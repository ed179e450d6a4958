import { Refusal } from './stored-topic.ts';

interface Stands {
  Sequence: number;
  Timestamp: number;
  /** Numbers beyond what a double holds. */
  Version: bigint;
  SessionId: bigint;
}

/** A subscription of the test server. */
export class StoredSubscription {
  readonly shards = new Map<string, Stands>();
  online = true;
  #session = 9_007_199_254_740_993n;

  /** The sequences that were told. */
  get sequences(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.shards].map(([id, { Sequence }]) => [id, Sequence]));
  }

  /** As the service writes it: numbers in full. */
  open(ids: readonly string[]): string {
    if (!this.online) throw new Refusal('SubscriptionOffline');
    this.#session += 2n;
    const told = ids.map((id) => {
      const known = this.shards.get(id) ?? { Sequence: -1, Timestamp: -1, Version: 0n, SessionId: 0n };
      const stands = { ...known, SessionId: this.#session };
      this.shards.set(id, stands);
      return `"${id}":{"Sequence":${stands.Sequence},"Timestamp":${stands.Timestamp},"Version":${stands.Version},"SessionId":${stands.SessionId}}`;
    });
    return `{"Offsets":{${told.join(',')}}}`;
  }

  /** Somebody sets where it stands. */
  reset(id: string, sequence: number): void {
    const known = this.shards.get(id);
    if (known !== undefined)
      this.shards.set(id, { ...known, Sequence: sequence, Version: known.Version + 1n });
  }

  commit(body: string): void {
    if (!this.online) throw new Refusal('SubscriptionOffline');
    const exact = body.replace(/"(Version|SessionId)":(\d+)/g, '"$1":"$2"');
    const { Offsets } = JSON.parse(exact) as { Offsets: Record<string, Record<string, string | number>> };
    for (const [id, offset] of Object.entries(Offsets)) {
      const known = this.shards.get(id);
      if (known === undefined) throw new Refusal('OffsetSessionClosed');
      if (BigInt(offset.SessionId as string) !== known.SessionId) throw new Refusal('OffsetSessionChanged');
      if (BigInt(offset.Version as string) !== known.Version) throw new Refusal('OffsetReseted');
      known.Sequence = offset.Sequence as number;
      known.Timestamp = offset.Timestamp as number;
    }
  }
}
