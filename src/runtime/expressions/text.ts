import type { Value } from '../../values/sql-type.ts';
import { codePoints, sliceCodePoints } from './code-points.ts';
import { likeTest } from './like.ts';
import { binary, type Make, mapped, type Operand } from './operand.ts';

const unary =
  (compute: (text: string) => Value): Make =>
  (args) =>
    mapped(args[0] as Operand, (value) => compute(value as string));

const test =
  (compute: (text: string, part: string) => boolean): Make =>
  (args) => {
    const [text, part] = args as [Operand, Operand];
    return binary(text.run, part.run, (x, y) => compute(x as string, y as string));
  };

/** In no language's own way: the Unicode mapping. */
export const lower = unary((text) => text.toLowerCase());
/** In no language's own way: the Unicode mapping. */
export const upper = unary((text) => text.toUpperCase());
/** Spaces around it taken off, as SQL's TRIM does; no other characters. */
export const trim = unary((text) => text.replace(/^ +/, '').replace(/(?<! ) +$/, ''));
/** In code points. */
export const length = unary(codePoints);
/** Whether the part stands somewhere in the text, code point by code point. */
export const contains = test((text, part) => text.includes(part));
/** Whether the text begins with the part. */
export const startsWith = test((text, part) => text.startsWith(part));
/** Whether the text ends with the part. */
export const endsWith = test((text, part) => text.endsWith(part));

/** NULL where one part is. */
export const concat: Make = (args) => {
  const runs = args.map(({ run }) => run);
  return (row) => {
    let text = '';
    for (const run of runs) {
      const part = run(row);
      if (part === null) return null;
      text += part as string;
    }
    return text;
  };
};

/** From code point `from`, counted from 0 (below it: from the beginning), so many code points or all. */
export const substring: Make = (args) => {
  const [text, from, count] = args as [Operand, Operand, Operand?];
  return (row) => {
    const value = text.run(row);
    const start = from.run(row);
    const wanted = count === undefined ? Number.POSITIVE_INFINITY : count.run(row);
    if (value === null || start === null || wanted === null) return null;
    return sliceCodePoints(value as string, Number(start), Number(wanted));
  };
};

/** SQL's LIKE. A pattern that is a literal is read once. */
export const like: Make = (args) => {
  const [text, pattern] = args as [Operand, Operand];
  let known = '';
  let matches = likeTest(known);
  return binary(text.run, pattern.run, (value, wanted) => {
    if (wanted !== known) {
      known = wanted as string;
      matches = likeTest(known);
    }
    return matches(value as string);
  });
};
