import { quoteName } from './generate.ts';

/** Does every object have a member of this name, which is no column: `toString`, `constructor`? */
const isInherited = (name: string): boolean => name in Object.prototype;

/** What an object from outside has of its own under a name; undefined where it has nothing. */
export const ownMember = (object: object, name: string): unknown =>
  isInherited(name) && !Object.hasOwn(object, name)
    ? undefined
    : (object as Readonly<Record<string, unknown>>)[name];

/** The same as JavaScript text, of the object that `object` names. */
export function ownMemberCode(object: string, name: string): string {
  const read = `${object}[${quoteName(name)}]`;
  return isInherited(name) ? `(Object.hasOwn(${object},${quoteName(name)})?${read}:undefined)` : read;
}
