import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { signaturesMatch } from '../../../src/domain/signing/matching.ts';
import {
  canonicalText,
  type SignedRequest,
  taskSignature,
  webhookSignature,
} from '../../../src/domain/signing/signatures.ts';
import { generateSecret, signingKeys } from '../../../src/domain/signing/signing-key.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const keys = signingKeys(SECRET);

const request = (changes: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'POST',
  path: '/send?to=ada',
  headers: [
    ['x-appengine-queuename', 'mail'],
    ['x-appengine-taskretrycount', '0'],
    ['x-appengine-current-namespace', ''],
    ['content-type', 'text/plain'],
  ],
  webhookId: '0123456789abcdef0123456789abcdef',
  webhookTimestamp: '1700000000',
  body: Buffer.from('hello'),
  ...changes,
});

describe('webhook-signature', () => {
  test('matches the public test vector of Standard Webhooks', () => {
    const vector = {
      webhookId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      webhookTimestamp: '1614265330',
      body: Buffer.from('{"test": 2432232314}'),
    };
    const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    expect(webhookSignature(keys, request(vector))).toBe(signature);
  });

  test.each(['', '{"order":1}', 'Grüße\n', 'x'.repeat(100_000)])(
    'is accepted by the Standard Webhooks library for body %#',
    (text) => {
      const secret = generateSecret();
      const webhookTimestamp = String(Math.floor(Date.now() / 1000));
      const body = Buffer.from(text);
      const signed = request({ webhookTimestamp, body });
      const headers = {
        'webhook-id': signed.webhookId,
        'webhook-timestamp': webhookTimestamp,
        'webhook-signature': webhookSignature(signingKeys(`${secret} ${SECRET}`), signed),
      };
      for (const known of [secret, SECRET]) {
        expect(() => new Webhook(known).verify(body, headers, { jsonParse: false })).not.toThrow();
      }
      expect(() => new Webhook(generateSecret()).verify(body, headers)).toThrow();
    },
  );
});

describe('taskqueue-signature', () => {
  test.each<[string, Partial<SignedRequest>]>([
    ['the method', { method: 'PUT' }],
    ['the path', { path: '/send/?to=ada' }],
    ['the query', { path: '/send?to=eve' }],
    ['the id', { webhookId: '1123456789abcdef0123456789abcdef' }],
    ['the time', { webhookTimestamp: '1700000001' }],
    ['the body', { body: Buffer.from('hello!') }],
    ['a task header', { headers: [['x-appengine-queuename', 'sms']] }],
    ['one that is added', { headers: [...request().headers, ['x-cloudtasks-queuename', 'mail']] }],
    ['traceparent', { headers: [...request().headers, ['traceparent', '00-1-1-00']] }],
  ])('proves %s', (_, changes) => {
    expect(taskSignature(keys, request(changes))).not.toBe(taskSignature(keys, request()));
  });

  test('ignores other headers, the order of headers, and white space around values', () => {
    const headers: [string, string][] = [
      ['x-appengine-taskretrycount', ' 0\t'],
      ['via', 'a proxy'],
      ['x-appengine-queuename', 'mail'],
    ];
    expect(taskSignature(keys, request({ headers }))).toBe(taskSignature(keys, request()));
  });

  test('never passes as a webhook-signature: no id begins like its text', () => {
    expect(canonicalText(request())).toMatch(/^taskqueue v1\n/);
  });

  test('matches the worked example in docs/internals/signing.md', () => {
    const document = fs.readFileSync(path.resolve(import.meta.dirname, '../../../docs/internals/signing.md'), 'utf8');
    const [, sent = ''] = /```http\n(.*?)```/s.exec(document) ?? [];
    const [, text = ''] = /```text\n(.*?)\n```/s.exec(document) ?? [];
    const [head = '', body = ''] = sent.split('\n\n');
    const [line = '', ...fields] = head.split('\n');
    const [method = '', path_ = ''] = line.split(' ');
    const headers = fields.map((field): [string, string] => {
      const [name = '', value = ''] = field.split(/: ?(.*)/);
      return [name.toLowerCase(), value];
    });
    const given = Object.fromEntries(headers);
    const shown = {
      method,
      path: path_,
      headers,
      webhookId: given['webhook-id'] ?? '',
      webhookTimestamp: given['webhook-timestamp'] ?? '',
      body: Buffer.from(body.trimEnd()),
    };
    expect(document).toContain(SECRET);
    expect(canonicalText(shown)).toBe(text);
    expect(webhookSignature(keys, shown)).toBe(given['webhook-signature']);
    expect(taskSignature(keys, shown)).toBe(given['taskqueue-signature']);
    const bytes = Buffer.from(SECRET.slice(6), 'base64');
    expect(`v1,${createHmac('sha256', bytes).update(text).digest('base64')}`).toBe(given['taskqueue-signature']);
  });
});

describe('matching', () => {
  const [one = '', other = ''] = [SECRET, generateSecret()].map((secret) =>
    webhookSignature(signingKeys(secret), request()),
  );

  test.each([
    ['the same', one, one],
    ['any of several sent', `v1a,xyz ${other} ${one}`, one],
    ['any of several keys', one, `${other} ${one}`],
  ])('%s', (_, given, expected) => expect(signaturesMatch(given, expected)).toBe(true));

  test.each([
    ['nothing', ''],
    ['another', other],
    ['a part', one.slice(0, -1)],
    ['no version', one.slice(3)],
    ['characters that are no bytes', one.replace(/.$/, '\u{1f980}')],
    ['the seventeenth of a flood', `${`${other} `.repeat(16)}${one}`],
  ])('not %s', (_, given) => expect(signaturesMatch(given, one)).toBe(false));
});

describe('secrets', () => {
  const encoded = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`;

  test('have 24 to 64 bytes; several are separated by white space', () => {
    expect(signingKeys(`${encoded(24)}\n${encoded(64)}\n`)).toHaveLength(2);
    expect(signingKeys(generateSecret())).toHaveLength(1);
  });

  test.each(['', ' ', 'whsec_', encoded(23), encoded(65), encoded(32).slice(6), 'whsec_????', 'hunter2hunter2'])(
    'not %j, and the refusal does not repeat it',
    (text) => {
      expect(() => signingKeys(text)).toThrow(TypeError);
      if (text.length > 6) expect(() => signingKeys(text)).not.toThrow(text.slice(6));
    },
  );
});
