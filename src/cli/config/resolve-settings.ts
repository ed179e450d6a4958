import { settingPath } from './check-config.ts';
import type { SettingKind, Settings } from './connector-settings.ts';
import { resolveText } from './resolve-connector.ts';
import type { Setting } from './setting.ts';

/** What settings come to: environment variables are read here. An unset one: exit 2. Those that are not given are left out. */
export function resolveSettings(
  settings: Settings,
  given: Readonly<Record<string, unknown>>,
  path: string,
  job: string,
): Record<string, unknown> {
  const entries = Object.entries(settings).flatMap(([key, kind]): [string, unknown][] => {
    const value = given[key];
    if (value === undefined && !kind.required) return [];
    return [[key, resolved(kind, value, settingPath(path, key), job)]];
  });
  return Object.fromEntries(entries);
}

function resolved(kind: SettingKind, value: unknown, path: string, job: string): unknown {
  switch (kind.is) {
    case 'text':
    case 'secret':
    case 'url':
      return resolveText(value as Setting, path, job);
    case 'texts':
      // An environment variable may hold several.
      return textsOf(value, path, job).flatMap((text) => text.split(',').map((part) => part.trim()));
    case 'paths':
      return textsOf(value, path, job);
    case 'settings':
      return resolveSettings(kind.of, value as Record<string, unknown>, path, job);
    default:
      return value;
  }
}

const textsOf = (value: unknown, path: string, job: string): string[] =>
  [value].flat().map((text) => resolveText(text as Setting, path, job));
