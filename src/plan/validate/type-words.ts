import type { ValueType } from '../derive/expression-type.ts';

/** A type in words: `BIGINT NOT NULL`. */
export function typeWords({ type, nullable }: ValueType): string {
  return nullable ? type : `${type} NOT NULL`;
}
