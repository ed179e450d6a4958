import { nearest } from '../nearest.ts';
import type { SettingKind } from './connector-settings.ts';

/** Is it an object that is no array? */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isVariable = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).join() === 'env' && typeof value.env === 'string' && value.env !== '';
const isText = (value: unknown): boolean => (typeof value === 'string' && value !== '') || isVariable(value);

const UNSET = "env('NAME') (is an environment variable unset?)";

/** The password of a URL where it is neither empty nor the value of an environment variable. */
function literalPassword(url: string): boolean {
  const match = /^[a-z0-9+.-]+:\/\/[^/?#]*?:([^/?#]*)@/i.exec(url);
  const password = match?.[1] ?? '';
  if (password === '') return false;
  const decoded = URL.canParse(url) ? decodeURIComponent(new URL(url).password) : password;
  return ![url, password, decoded].some(isFromEnvironment);
}

const isFromEnvironment = (text: string): boolean => Object.values(process.env).includes(text);

/** Which words a setting takes, and which of them was meant. */
function mustBe(words: readonly string[], value: unknown): string {
  const one = words.length === 1;
  const all = one ? `must be '${words[0]}'` : `must be one of ${words.join(', ')}`;
  if (typeof value !== 'string') return all;
  return `${all}, not '${value}'${one ? '' : `; the nearest is '${nearest(value, words)}'`}`;
}

/** What is wrong with a setting's value, with its path; undefined: nothing. A kind that has settings of its own is only looked at as a whole. */
export function settingFault(kind: SettingKind, value: unknown, path: string): string | undefined {
  switch (kind.is) {
    case 'count':
      return Number.isSafeInteger(value) && (value as number) > 0
        ? undefined
        : `${path} must be a whole number above 0`;
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : `${path} must be a whole number`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : `${path} must be true or false`;
    case 'function':
      return typeof value === 'function' ? undefined : `${path} must be a function`;
    case 'choice':
      return kind.of.includes(value as string) ? undefined : `${path} ${mustBe(kind.of, value)}`;
    case 'text':
      return isText(value) ? undefined : `${path} must be a text, or ${UNSET}`;
    case 'choices': {
      if (!isObject(value)) return `${path} must be an object: ${kind.of.join(' or ')} for each name`;
      const wrong = Object.entries(value).find(([, word]) => !kind.of.includes(word as string));
      return wrong && `${path}.${wrong[0]} ${mustBe(kind.of, wrong[1])}`;
    }
    case 'texts':
    case 'paths': {
      const all = Array.isArray(value) ? value : [value];
      if (all.length > 0 && all.every(isText)) return undefined;
      const one = kind.is.slice(0, -1);
      return `${path} must be a ${one}, a list of ${kind.is}, or ${UNSET}`;
    }
    case 'secret':
      if (isVariable(value) || (isText(value) && isFromEnvironment(value as string))) return undefined;
      return `${path} must be ${UNSET}: secrets come from the environment alone`;
    case 'url':
      if (!isText(value)) return `${path} must be a URL like sqlite:out.db, or ${UNSET}`;
      if (typeof value === 'string' && literalPassword(value))
        return `${path} holds a password: secrets come from the environment alone, write env('MILLRACE_DATABASE_URL')`;
      return undefined;
    case 'settings':
      return isObject(value) ? undefined : `${path} must be an object: ${Object.keys(kind.of).join(', ')}`;
  }
}
