import { expect, test } from '@jest/globals';
import { datahubSignature } from '../../../src/connectors/datahub/datahub-signature.ts';

// Made with a text written by hand for each: printf '…' | openssl dgst -sha1 -hmac 's3cret/Key+0=' -binary | base64
test.each([
  [
    // 'GET\napplication/json\nTue, 14 Jan 2025 18:00:00 GMT\nx-datahub-client-version:1.1\n/projects/insurance/topics/user_order'
    'GET',
    '/projects/insurance/topics/user_order',
    { date: 'Tue, 14 Jan 2025 18:00:00 GMT', 'x-datahub-client-version': '1.1' },
    'iivQelX39PRrY7jnd7tlKZRo3lQ=',
  ],
  [
    // 'POST\n…\nx-datahub-client-version:1.1\nx-datahub-security-token:CAIS+token/x==\n/projects/insurance/topics/user_order/shards/0'
    'POST',
    '/projects/insurance/topics/user_order/shards/0',
    {
      date: 'Tue, 14 Jan 2025 18:00:00 GMT',
      'x-datahub-security-token': 'CAIS+token/x==',
      'x-datahub-client-version': '1.1',
      host: 'not signed',
    },
    'gPhxWfrqo3jaAL263iGQsiXgLUw=',
  ],
  [
    // 'PUT\n…\nx-datahub-a:1\nx-datahub-client-version:1.1\nx-datahub-z:9\n/projects/…/offsets?filter=a%20b&limit=5'
    'PUT',
    '/projects/insurance/topics/user_order/subscriptions/1700000000ABC/offsets?filter=a%20b&limit=5',
    {
      date: 'Wed, 01 Jan 2025 00:00:00 GMT',
      'x-datahub-z': '9',
      'x-datahub-client-version': '1.1',
      'x-datahub-a': '1',
    },
    'UkAXHiaxCppnP0SahKEKd4ECxww=',
  ],
])('%s %s', (method, path, headers, signature) => {
  const request = { method, path, headers: { 'content-type': 'application/json', ...headers } };
  expect(datahubSignature(request, 'LTAI5t', 's3cret/Key+0=')).toBe(`DATAHUB LTAI5t:${signature}`);
});
