import premiumDropAlert from '../jobs/premium-drop-alert.ts';
import { loadEnvironment } from '../src/cli/config/load-config.ts';
import { databaseAddresses, openDatabases } from '../src/cli/connect-tables.ts';
import { fillDimensions } from '../src/cli/fill-dimensions.ts';
import { Log } from '../src/cli/log.ts';

/** The seed of the events: it says which users there are. */
export const SEED = 1;

/** Fills the tables of production that jobs look up, where they are empty, such that generated events find their users. */
export async function sendDimensions(log: (line: string) => void): Promise<void> {
  const { plan } = premiumDropAlert;
  const name = 'production';
  const addresses = databaseAddresses(plan, await loadEnvironment(name), name);
  const connected = await openDatabases(addresses, new Log({ verbose: false, quiet: false }));
  try {
    await fillDimensions(plan, connected, SEED);
    log(`raw_info: there is a premium on file of each user, in ${connected.all[0]?.label}`);
  } finally {
    await connected.close();
  }
}
