import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { portOf } from '../../services/kafka.mjs';

test('A broker that is started again has the port that it had', () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-port-'));
  try {
    expect(portOf(directory)).toBeUndefined();
    writeFileSync(
      join(directory, 'server.properties'),
      'listeners=PLAINTEXT://127.0.0.1:19492,CONTROLLER://127.0.0.1:5\nadvertised.listeners=PLAINTEXT://127.0.0.1:19492\n',
    );
    expect(portOf(directory)).toBe('19492');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
