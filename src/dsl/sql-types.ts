// SQL types are their own names: the same string tags a column of the plan, types a row and appears in messages.
import type { SqlType } from '../values/sql-type.ts';
import type { Instant } from './instant.ts';

/** Whole numbers. */
export type IntegerType = 'INT' | 'BIGINT' | 'BIGINT(bigint)';
/** `DECIMAL` alone is the result of arithmetic: the plan derives its precision and scale. */
export type DecimalType = 'DECIMAL' | `DECIMAL(${number},${number})`;
/** Numbers. */
export type NumericType = IntegerType | 'DOUBLE' | DecimalType;
/** What `hourOf`, `dayOf`, … read: a timestamp, or epoch milliseconds. */
export type InstantType = 'TIMESTAMP(3)' | 'BIGINT';
/** Types with an order that `min`, `max` and `by` can follow. */
export type OrderedType = NumericType | 'TIMESTAMP(3)' | 'DATE' | 'VARCHAR';
/** Every type a row can have in the type system. */
export type AnyType = OrderedType | 'BOOLEAN';
/** What can be named in `cast` and `udf`. (`keyof`: messages then list the names.) */
export type TypeName = keyof { [T in SqlType]: never };

/** `null` where T may be NULL. */
export type NullOf<T> = Extract<T, null>;
/** The same object type, spelled out in hovers. */
export type Show<T> = { [K in keyof T]: T[K] } & {};
/** Whether U is a union of several members. */
export type IsUnion<U, V = U> = U extends unknown ? ([V] extends [U] ? false : true) : never;

/** The JavaScript value that a user's own function sees for a SQL value. */
export type Js<T> = T extends 'INT' | 'BIGINT' | 'DOUBLE' | 'TIMESTAMP(3)'
  ? number
  : T extends 'BIGINT(bigint)'
    ? bigint
    : T extends 'VARCHAR' | 'DATE' | DecimalType
      ? string
      : T extends 'BOOLEAN'
        ? boolean
        : T;

/** What one may write in code for a SQL value. */
export type Literal<T> = T extends 'BIGINT'
  ? number | Instant
  : T extends 'INT' | 'DOUBLE'
    ? number
    : T extends DecimalType
      ? number | `${number}`
      : T extends 'VARCHAR'
        ? string
        : T extends 'TIMESTAMP(3)'
          ? Date | Instant
          : T extends 'DATE'
            ? `${number}-${number}-${number}`
            : T extends 'BIGINT(bigint)'
              ? bigint
              : T extends 'BOOLEAN'
                ? boolean
                : never;

/** A value that stands alone, whose own type decides (`lit`, `when`). */
export type Constant = string | number | bigint | boolean | Date | Instant;
/** The SQL type of a constant. */
export type TypeOfLiteral<V> = V extends string
  ? 'VARCHAR'
  : V extends number
    ? `${V}` extends `${bigint}`
      ? 'BIGINT'
      : 'DOUBLE'
    : V extends boolean
      ? 'BOOLEAN'
      : V extends bigint
        ? 'BIGINT(bigint)'
        : V extends Date | Instant
          ? 'TIMESTAMP(3)'
          : V extends null
            ? null
            : never;

/** The types that may be compared with T. */
export type Family<T> = T extends IntegerType ? IntegerType : T extends DecimalType ? DecimalType : T;
/** The types that a table's column of type T takes without loss. */
export type Accepts<T> = T extends 'VARCHAR' | 'DOUBLE' | 'INT'
  ? T
  : T extends 'BIGINT' | 'BIGINT(bigint)'
    ? IntegerType
    : T extends `DECIMAL(${string},${infer S})`
      ? 'DECIMAL' | `DECIMAL(${number},${S})`
      : T;
/** A type in words: `BIGINT NOT NULL`. */
export type Shown<T> = `${NonNullable<T> & string}${null extends T ? '' : ' NOT NULL'}`;
