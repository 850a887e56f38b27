import { expect, test } from 'vitest';
import { targetOfHost } from '../../src/app-engine/host-target.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['localhost', undefined],
  ['localhost:8080', undefined],
  ['LOCALHOST', undefined],
  ['127.0.0.1:8080', undefined],
  ['worker.localhost:8080', 'worker'],
  ['v2.worker.localhost', 'v2.worker'],
  ['shop.appspot.com', undefined],
  ['worker.shop.appspot.com', 'worker'],
  ['1.v2.worker.shop.appspot.com', '1.v2.worker'],
  ['shop.uc.r.appspot.com', undefined],
  ['worker.shop.uc.r.appspot.com', 'worker'],
  ['worker-dot-shop.uc.r.appspot.com', 'worker'],
  ['v2-dot-worker-dot-shop.appspot.com', 'v2.worker'],
  ['worker', 'worker'],
  ['shop.example.com', undefined],
  ['appspot.com', undefined],
])('%s names the target %s', (host, target) => {
  expect(targetOfHost(host)).toBe(target);
});
