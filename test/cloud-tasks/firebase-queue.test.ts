import { expect, test } from 'vitest';
import { queueOfFunction, registeredFunction } from '../../src/cloud-tasks/firebase-queue.ts';
import { settingsOf } from '../../src/cloud-tasks/queue-message.ts';
import { V2 } from '../../src/cloud-tasks/versions/v2.ts';
import { overrideUrl } from '../../src/domain/http-target.ts';
import { NO_URL, normalizeUrl } from '../../src/domain/http-task-url.ts';

const NAME = 'projects/demo/locations/us-central1/queues/greet';
const settings = (body: object) =>
  settingsOf(V2, V2.readQueue(queueOfFunction(NAME, registeredFunction(body as never))));

test('what the body lacks, or has as null, gets the defaults of firebase-tools', () => {
  const usual = {
    ...{ ratePerSecond: 500, maxConcurrentRequests: 1000, taskRetryLimit: 2, taskAgeLimit: null },
    ...{ minBackoffSeconds: 0.1, maxBackoffSeconds: 3600, maxDoublings: 16, httpTarget: null },
  };
  expect(settings({})).toMatchObject(usual);
  const nothing = { retryConfig: { maxAttempts: null, maxRetrySeconds: null }, rateLimits: null, defaultUri: null };
  expect(settings({ ...nothing, timeoutSeconds: 9, labels: { a: 'b' }, secrets: [], region: null })).toMatchObject(
    usual,
  );
});

test.each([
  'http://127.0.0.1:5001/demo/us-central1/greet',
  'https://greet-x.a.run.app/',
  'http://[::1]:5001/greet?a=1&b=%20',
])('a task without a URL goes to %s', (defaultUri) => {
  const { httpTarget } = settings({ defaultUri });
  const { origin, path } = overrideUrl(NO_URL, httpTarget);
  expect(`${origin}${path}`).toBe(defaultUri);
  const own = normalizeUrl('https://example.com/own');
  expect(overrideUrl(own, httpTarget).origin).toBe('https://example.com');
});
