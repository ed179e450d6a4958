import { nearest } from '../nearest.ts';
import { CONNECTORS, type Settings } from './connector-settings.ts';
import { isObject, settingFault } from './setting-fault.ts';

type Part = keyof typeof CONNECTORS;

const suggest = (word: string, candidates: readonly string[]): string => {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; the nearest is '${near}'`;
};

/** A path of the configuration as one would write it: `production.tables.hs_order.url`. */
export const settingPath = (...parts: readonly string[]): string => parts.join('.');

/** What is wrong with settings, those of `of` a person calls it: one line each. */
function settingsFaults(
  settings: Settings,
  value: Readonly<Record<string, unknown>>,
  path: string,
  of: string,
): string[] {
  const faults: string[] = [];
  for (const [key, given] of Object.entries(value)) {
    const at = settingPath(path, key);
    const kind = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (kind === undefined) {
      faults.push(`${at}: unknown setting '${key}' of ${of}${suggest(key, Object.keys(settings))}`);
      continue;
    }
    if (given === undefined && !kind.required) continue;
    const fault = settingFault(kind, given, at);
    if (fault !== undefined) faults.push(fault);
    else if (kind.is === 'settings')
      faults.push(...settingsFaults(kind.of, given as Record<string, unknown>, at, key));
  }
  for (const [key, { required }] of Object.entries(settings))
    if (required && !Object.hasOwn(value, key)) faults.push(`${settingPath(path, key)} is missing`);
  return faults;
}

function connectorFaults(part: Part, value: unknown, path: string): string[] {
  const kinds: Readonly<Record<string, Settings>> = CONNECTORS[part];
  const names = Object.keys(kinds);
  if (!isObject(value)) return [`${path} must be an object like { connector: '${names[0]}', … }`];
  const { connector, ...rest } = value;
  if (connector === undefined) {
    const words = ['connector', ...Object.values(kinds).flatMap((settings) => Object.keys(settings))];
    const written = Object.keys(value).find((key) => nearest(key, words) === 'connector');
    const typed = written === undefined ? '' : ` (there is '${written}')`;
    return [`${path}.connector is missing${typed}: one of ${names.join(', ')}`];
  }
  const settings =
    typeof connector === 'string' && Object.hasOwn(kinds, connector) ? kinds[connector] : undefined;
  if (settings === undefined)
    return [`${path}.connector: unknown connector '${connector}'${suggest(String(connector), names)}`];
  return settingsFaults(settings, rest, path, connector as string);
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
      for (const [key, value] of Object.entries(entries))
        faults.push(...connectorFaults(part as Part, value, settingPath(path, key)));
    }
  }
  return faults;
}
