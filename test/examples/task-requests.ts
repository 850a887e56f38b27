// Requests to the push handlers of the examples: genuine ones, and those that must be refused.

import { taskSignature, webhookSignature } from '../../src/domain/signing/signatures.ts';
import { generateSecret, signingKeys } from '../../src/domain/signing/signing-key.ts';

export const NEW_SECRET = generateSecret();
export const OLD_SECRET = generateSecret();
const FOREIGN_SECRET = generateSecret();

/** Differences from a genuine request: before it is signed, or after. */
export interface Change {
  secrets?: string;
  body?: string;
  /** Seconds from now to its timestamp. */
  age?: number;
  signedHeaders?: Record<string, string>;
  sent?: { method?: string; path?: string; body?: string; headers?: Record<string, string | undefined> };
}

const PATH = '/tasks/receipt';

/** Sends the request for the receipt of an order; its webhook-id is that of the order. */
export function signedRequest(url: string, order: number, change: Change = {}): Promise<Response> {
  const { secrets = NEW_SECRET, age = 0, signedHeaders, sent = {} } = change;
  const body = change.body ?? JSON.stringify({ order });
  const webhookId = String(order).padStart(32, '0');
  const webhookTimestamp = String(Math.floor(Date.now() / 1000) + age);
  const facts = {
    'x-appengine-queuename': 'receipts',
    'x-appengine-taskname': `receipt-${order}`,
    'x-appengine-taskretrycount': '0',
    'x-appengine-current-namespace': '',
    ...signedHeaders,
  };
  const headers = Object.entries(facts);
  const request = { method: 'POST', path: PATH, headers, webhookId, webhookTimestamp, body: Buffer.from(body) };
  const keys = signingKeys(secrets);
  const all: Record<string, string | undefined> = {
    ...{ 'content-type': 'application/json', 'webhook-id': webhookId, 'webhook-timestamp': webhookTimestamp },
    ...facts,
    'webhook-signature': webhookSignature(keys, request),
    'taskqueue-signature': taskSignature(keys, request),
    ...sent.headers,
  };
  const given = Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined);
  return fetch(url + (sent.path ?? PATH), {
    method: sent.method ?? 'POST',
    headers: given,
    body: sent.body ?? body,
  });
}

const withHeaders = (headers: Record<string, string | undefined>): Change => ({ sent: { headers } });

/** Genuine requests. */
export const ACCEPTED: { case: string; change: Change }[] = [
  { case: 'as it is', change: {} },
  { case: 'signed with the old secret', change: { secrets: OLD_SECRET } },
  { case: 'signed with both, and with a third', change: { secrets: `${FOREIGN_SECRET} ${OLD_SECRET} ${NEW_SECRET}` } },
  { case: 'sent four minutes ago', change: { age: -240 } },
  { case: 'a clock that is four minutes ahead', change: { age: 240 } },
  {
    case: 'every header of a task',
    change: {
      signedHeaders: {
        'x-appengine-task': 'a name before the others', // `-` comes before `:`
        'x-appengine-current-namespace': 'acme',
        'x-cloudtasks-queuename': 'q',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      },
    },
  },
  { case: 'headers that a proxy added', change: withHeaders({ 'x-forwarded-for': '10.0.0.1', 'x-appenginefoo': '1' }) },
];

/** Requests that aren't. */
export const REFUSED: { case: string; change: Change }[] = [
  { case: 'a forged one', change: withHeaders({ 'webhook-signature': undefined, 'taskqueue-signature': undefined }) },
  { case: 'no headers of a proof', change: withHeaders({ 'webhook-id': undefined, 'webhook-timestamp': undefined }) },
  { case: 'a wrong key', change: { secrets: FOREIGN_SECRET } },
  { case: 'empty signatures', change: withHeaders({ 'webhook-signature': '', 'taskqueue-signature': '' }) },
  {
    case: 'signatures without a value',
    change: withHeaders({ 'webhook-signature': 'v1,', 'taskqueue-signature': 'v1,' }),
  },
  { case: 'only the first signature', change: withHeaders({ 'taskqueue-signature': 'v1,AAAA' }) },
  { case: 'only the second signature', change: withHeaders({ 'webhook-signature': 'v1,AAAA' }) },
  { case: 'a replay after ten minutes', change: { age: -600 } },
  { case: 'one from the future', change: { age: 600 } },
  {
    case: 'a new timestamp',
    change: withHeaders({ 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 100) }),
  },
  ...['', 'now', '-1', '1e9', '0x10', '9'.repeat(12), '9'.repeat(30), ' '].map((timestamp) => ({
    case: `the timestamp "${timestamp}"`,
    change: withHeaders({ 'webhook-timestamp': timestamp }),
  })),
  { case: 'another id', change: withHeaders({ 'webhook-id': 'f'.repeat(32) }) },
  { case: 'an altered body', change: { sent: { body: '{"order": 1}' } } },
  { case: 'no body', change: { sent: { body: '' } } },
  { case: 'an altered header', change: withHeaders({ 'x-appengine-taskretrycount': '7' }) },
  { case: 'a header that is missing', change: withHeaders({ 'x-appengine-queuename': undefined }) },
  { case: 'another header of a task', change: withHeaders({ 'x-appengine-cron': 'true' }) },
  { case: 'a header that looks like one', change: withHeaders({ x_appengine_cron: 'true' }) },
  { case: 'an empty namespace filled in', change: withHeaders({ 'x-appengine-current-namespace': 'acme' }) },
  {
    case: 'a trace of its own',
    change: withHeaders({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }),
  },
];
