import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of Kafka that runs. */
export const VERSION = '4.1.1';

/** Where it is kept, with the data of the broker that the command line starts. */
export const HOME = join(dirname(fileURLToPath(import.meta.url)), '../../.millrace/services/kafka', VERSION);
