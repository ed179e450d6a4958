import { wrong } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import { show } from '../../values/show.ts';
import { decimalOf, type SqlType } from '../../values/sql-type.ts';
import { site, there } from './site.ts';

const names = ['INT', 'BIGINT', 'BIGINT(bigint)', 'DOUBLE', 'VARCHAR', 'BOOLEAN', 'TIMESTAMP(3)', 'DATE'];

/** A SQL type by its name, as in `cast('DECIMAL(10,2)')`. */
export function typeName(name: unknown): SqlType {
  if (typeof name === 'string') {
    const decimal = decimalOf(name as SqlType);
    const { precision, scale } = decimal ?? { precision: 0, scale: 0 };
    const known = decimal ? precision >= 1 && precision <= 38 && scale <= precision : names.includes(name);
    if (known) return name as SqlType;
  }
  const hint = typeof name === 'string' ? nearest(name, names) : '';
  throw wrong(
    there(site(), `there is no type ${show(name)}${hint || `: ${names.join(', ')} or DECIMAL(p,s)`}`),
  );
}
