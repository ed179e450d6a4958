import { spawnSync } from 'node:child_process';
import { type Group, PEERS } from './group.ts';
import { peerMissing } from './parts/peers.ts';
import { serverMissing } from './parts/servers.ts';

/** Why a group cannot be measured on this machine; undefined where it can. */
export async function missing({ part }: Group): Promise<string | undefined> {
  const sink = part.replace('kafka-', '').split('-')[0];
  if (part.startsWith('kafka-') && spawnSync('java', ['-version']).error !== undefined)
    return 'a broker wants Java 17';
  if (sink === 'mariadb' || sink === 'postgres') return serverMissing(sink);
  const peer = PEERS.find((name) => part === `peer-${name}`);
  return peer === undefined ? undefined : peerMissing(peer);
}
