import type { Dialect } from './dialect.ts';
import { faultOf } from './fault.ts';
import type { Session } from './session.ts';

/**
 * Settings with which the database may lose what it has committed, one line each with what may be lost and which setting keeps it.
 * None where they cannot be read.
 */
export async function durabilityWarnings(
  label: string,
  dialect: Dialect,
  session: Session,
): Promise<readonly string[]> {
  try {
    return (await dialect.giveUps(session)).map((line) => `${label}: ${line}`);
  } catch (error) {
    const { kind } = faultOf(error);
    if (kind === 'away' || kind === 'conflict') throw error;
    return [];
  }
}
