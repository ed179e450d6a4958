import { join } from 'node:path';

/** Format of the state directory. It changes with every change of what stands in it. */
export const FORMAT = 3;

/** The file of a state directory that holds its checkpoints. */
export const checkpointPath = (directory: string): string => join(directory, 'checkpoint.db');
