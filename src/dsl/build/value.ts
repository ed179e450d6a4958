import { wrong } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import { familyOf, type SqlType } from '../../values/sql-type.ts';
import { type Made, madeOf, named, register } from './made.ts';
import { anyMethods } from './methods/any-methods.ts';
import { equality, order } from './methods/comparisons.ts';
import { integerMethods, realMethods } from './methods/number-methods.ts';
import type { Methods } from './methods/operand.ts';
import { testMethods } from './methods/test-methods.ts';
import { textMethods } from './methods/text-methods.ts';
import { site, there } from './site.ts';

/** Members that printers, test libraries and `await` ask any object for. */
export const asked = (name: string): boolean =>
  name === 'then' ||
  name === 'toJSON' ||
  name === 'asymmetricMatch' ||
  name === 'nodeType' ||
  /^[@$]/.test(name);

/** What to write in place of a method that a type does not have. */
function hint(type: SqlType, name: string): string {
  if (type === 'VARCHAR' && (name in order || name in realMethods)) {
    return ': .toDouble() reads a number from text';
  }
  if (name === 'dividedBy') return ': write .toDouble().dividedBy(…), or .quotient(…)';
  return nearest(name, Object.keys(methodsOf(type)));
}

function prototypeOf(methods: Methods): object {
  const prototype = Object.create(
    new Proxy(Object.prototype, {
      get(target, name, value): unknown {
        if (typeof name === 'symbol' || name in target || asked(name))
          return Reflect.get(target, name, value);
        const made = madeOf(value);
        if (!made) return undefined;
        throw wrong(there(site(), `${named(made)} has no .${name}()${hint(made.type, name)}`));
      },
    }),
  );
  for (const [name, method] of Object.entries({ ...anyMethods, ...methods })) {
    prototype[name] = function (this: object, ...args: unknown[]) {
      const made = madeOf(this);
      if (!made) throw wrong(there(site(), `.${name}() is called apart from its value`));
      return toValue(method(made, ...args));
    };
  }
  prototype[Symbol.toPrimitive] = function (this: object): never {
    const what = named(madeOf(this) as Made);
    throw wrong(
      there(
        site(),
        `${what} is known only when the job runs: use its methods, such as .gte(3) or .concat('x')`,
      ),
    );
  };
  return Object.freeze(prototype);
}

const integer = prototypeOf(integerMethods);
const real = prototypeOf(realMethods);
const families = {
  text: prototypeOf(textMethods),
  boolean: prototypeOf(testMethods),
  timestamp: prototypeOf({ ...equality, ...order }),
  date: prototypeOf({ ...equality, ...order }),
};

const isInteger = (type: SqlType): boolean => type === 'INT' || type.startsWith('BIGINT');

function methodsOf(type: SqlType): object {
  const family = familyOf(type);
  if (family === 'number') return isInteger(type) ? integer : real;
  return families[family];
}

/** The value that a callback handles for an expression: the methods of its type. */
export function toValue(made: Made): object {
  const value: object = Object.create(methodsOf(made.type));
  register(value, made);
  return Object.freeze(value);
}
