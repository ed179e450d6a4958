import { existsSync } from 'node:fs';
import type { UserOrder } from '../data/event-types.ts';
import { parsedEvents } from '../data/parsed-events.ts';
import { DAY_START } from '../data/shape.ts';
import type { PeerName } from '../group.ts';
import type { Variant } from '../measure.ts';
import { objects } from './objects.ts';
import type { Context, MakePart } from './part.ts';

/** `hourly-premium` with a library: what each file of `bench/peers` exports as `peer`. */
interface Peer {
  /** Takes the orders of one epoch; the table is right afterwards. */
  epoch(orders: readonly UserOrder[]): void;
  rows(): Record<string, string | number>[];
  close?(): void;
}

const FOLDER = new URL('../peers/', import.meta.url);
/** What a user of Millrace has in any case. */
const AT_HAND: readonly PeerName[] = ['immutable', 'rxjs'];

/** Why a peer cannot be measured here; undefined where it can. */
export const peerMissing = (peer: PeerName): string | undefined =>
  AT_HAND.includes(peer) || existsSync(new URL('node_modules', FOLDER))
    ? undefined
    : 'its package is not installed: npm install --prefix bench/peers';

/** As `objects`, against `hourly-premium` written with a library in place of the loop, in epochs as well. */
export const peerPart =
  (name: PeerName): MakePart =>
  async (context) => ({
    ...(await objects(context)),
    hand: await peerVariant(name, context),
    // Its `distinct` knows values by a hash of 32 bits: where two of them share one, it counts one.
    slack: name === 'db-ivm' ? 10 : 0,
  });

async function peerVariant(name: PeerName, { group: { epochs }, place }: Context): Promise<Variant> {
  const { peer } = (await import(new URL(`${name}.mjs`, FOLDER).href)) as {
    peer(options: { startOfToday: number }): Peer;
  };
  const epochRows = epochs[0] as number;
  return {
    prepare() {
      const rows = parsedEvents<UserOrder>(place.file);
      const made = peer({ startOfToday: DAY_START });
      return {
        async run() {
          for (let i = 0; i < rows.length; i += epochRows) made.epoch(rows.slice(i, i + epochRows));
        },
        tables: () => ({ hs_order: made.rows() }),
        close: async () => made.close?.(),
      };
    },
  };
}
