import { nearest } from '../nearest.ts';

/** Settings of each connector by kind; `!` marks one that must be there. */
const CONNECTORS = {
  sources: {
    generator: { rows: 'count', seed: 'integer' },
    file: { path: 'texts!', follow: 'flag' },
  },
  tables: {
    sql: { url: 'url!' },
  },
} as const satisfies Record<string, Record<string, Record<string, Kind>>>;

type Kind = 'count' | 'integer' | 'flag' | 'texts!' | 'url!';
type Part = keyof typeof CONNECTORS;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isVariable = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).join() === 'env' && typeof value.env === 'string' && value.env !== '';
const isText = (value: unknown): boolean => (typeof value === 'string' && value !== '') || isVariable(value);

const suggest = (word: string, candidates: readonly string[]): string => {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; the nearest is '${near}'`;
};

/** A path of the configuration as one would write it: `production.tables.hs_order.url`. */
export const settingPath = (...parts: readonly string[]): string => parts.join('.');

/** The password of a URL where it is neither empty nor the value of an environment variable. */
function literalPassword(url: string): boolean {
  const match = /^[a-z0-9+.-]+:\/\/[^/?#]*?:([^/?#]*)@/i.exec(url);
  const password = match?.[1] ?? '';
  if (password === '') return false;
  const values = Object.values(process.env);
  const decoded = URL.canParse(url) ? decodeURIComponent(new URL(url).password) : password;
  return !values.some((value) => value === url || value === password || value === decoded);
}

function settingFault(kind: Kind, value: unknown, path: string): string | undefined {
  switch (kind) {
    case 'count':
      return Number.isSafeInteger(value) && (value as number) > 0
        ? undefined
        : `${path} must be a whole number above 0`;
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : `${path} must be a whole number`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : `${path} must be true or false`;
    case 'texts!': {
      const all = Array.isArray(value) ? value : [value];
      if (all.length > 0 && all.every(isText)) return undefined;
      return `${path} must be a path, a list of paths, or env('NAME') (is an environment variable unset?)`;
    }
    case 'url!':
      if (!isText(value))
        return `${path} must be a URL like sqlite:out.db, or env('NAME') (is an environment variable unset?)`;
      if (typeof value === 'string' && literalPassword(value)) {
        return `${path} holds a password: secrets come from the environment alone, write env('MILLRACE_DATABASE_URL')`;
      }
      return undefined;
  }
}

function connectorFaults(part: Part, value: unknown, path: string): string[] {
  const kinds: Record<string, Record<string, Kind>> = CONNECTORS[part];
  const names = Object.keys(kinds);
  if (!isObject(value)) return [`${path} must be an object like { connector: '${names[0]}', … }`];
  const { connector } = value;
  if (connector === undefined) {
    const written = Object.keys(value).find(
      (key) => nearest(key, ['connector', 'rows', 'seed', 'path', 'follow', 'url']) === 'connector',
    );
    const typed = written === undefined ? '' : ` (there is '${written}')`;
    return [`${path}.connector is missing${typed}: one of ${names.join(', ')}`];
  }
  const settings =
    typeof connector === 'string' && Object.hasOwn(kinds, connector) ? kinds[connector] : undefined;
  if (settings === undefined) {
    return [`${path}.connector: unknown connector '${connector}'${suggest(String(connector), names)}`];
  }
  const faults: string[] = [];
  for (const key of Object.keys(value)) {
    if (key === 'connector') continue;
    const kind = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (kind === undefined)
      faults.push(
        `${settingPath(path, key)}: unknown setting '${key}' of ${connector}${suggest(key, Object.keys(settings))}`,
      );
    else if (value[key] !== undefined || kind.endsWith('!')) {
      const fault = settingFault(kind, value[key], settingPath(path, key));
      if (fault !== undefined) faults.push(fault);
    }
  }
  for (const [key, kind] of Object.entries(settings)) {
    if (kind.endsWith('!') && !Object.hasOwn(value, key)) faults.push(`${settingPath(path, key)} is missing`);
  }
  return faults;
}

const SYNCHRONOUS = ['EXTRA', 'FULL', 'NORMAL'];

function stateFaults(value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path} must be an object like { synchronous: 'FULL' }`];
  return Object.entries(value).flatMap(([key, setting]) => {
    const at = settingPath(path, key);
    if (key !== 'synchronous') return [`${at}: unknown setting '${key}'${suggest(key, ['synchronous'])}`];
    if (setting === undefined || SYNCHRONOUS.includes(setting as string)) return [];
    return [`${at} must be one of ${SYNCHRONOUS.join(', ')}`];
  });
}

/** What is wrong with the settings of one environment: one line each, with the path of the setting and the nearest valid name. */
export function environmentFaults(name: string, environment: unknown): string[] {
  const parts: string[] = [...Object.keys(CONNECTORS), 'state'];
  if (!isObject(environment)) return [`${name} must be an object like { sources: { … }, tables: { … } }`];
  const faults: string[] = [];
  for (const [part, entries] of Object.entries(environment)) {
    const path = settingPath(name, part);
    if (!parts.includes(part)) faults.push(`${path}: unknown setting '${part}'${suggest(part, parts)}`);
    else if (entries === undefined) continue;
    else if (part === 'state') faults.push(...stateFaults(entries, path));
    else if (!isObject(entries)) faults.push(`${path} must be an object: a connector for each name`);
    else {
      for (const [key, value] of Object.entries(entries)) {
        faults.push(...connectorFaults(part as Part, value, settingPath(path, key)));
      }
    }
  }
  return faults;
}
