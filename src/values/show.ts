const LONGEST = 60;

/** A value as messages show it: text in quotes, long ones cut. Never throws. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value);
  if (typeof value === 'bigint') return `${cut(String(value))}n`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'object') {
    try {
      return cut(JSON.stringify(value) ?? 'an object');
    } catch {
      return 'an object';
    }
  }
  return `a ${typeof value}`;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…`;
}
