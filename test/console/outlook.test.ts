// How a queue is, in one sentence, and which queues hurt most.

import { describe, expect, test } from 'vitest';
import { KeptAnswers } from '../../src/console/live/kept-answers.ts';
import type { QueueNow } from '../../src/console/live/queue-now.ts';
import { whatIf } from '../../src/console/pages/queue/what-if.ts';
import { drainTimeOf, outlookOf, person } from '../../src/console/pages/queues/outlook.ts';
import { listPath, queueList } from '../../src/console/pages/queues/queue-list.ts';
import { bucket } from '../../src/console/parts/bucket.ts';
import { systemClock } from '../../src/runtime/clock.ts';

const NOW = new Date('2026-11-20T14:32:00Z');
const NOTHING = { executed: 0, started: 0, succeeded: 0, failed: 0 };

function queue(more: Partial<QueueNow> = {}): QueueNow {
  return {
    ...{ name: 'mail', mode: 'push', rate: '5/s', ratePerSecond: 5, bucketSize: 5, maxConcurrentRequests: 10 },
    ...{ target: null, state: 'running', since: null, pausedReason: null, pausedUntil: null, pausedBy: null },
    ...{ condition: 'running', enforcedRate: 5, noted: NOW, tokens: 5, inFlight: 0, oldestEta: null },
    lastMinute: { ...NOTHING, throttled: 0, serverError: 0, noAnswer: 0, dead: 0 },
    lastTenSeconds: NOTHING,
    depth: { at: NOW, tasks: 8, due: 8, scheduled: 0, oldestDue: NOW },
    ...more,
  } as QueueNow;
}

const minute = (more: Partial<QueueNow['lastMinute']>) => ({ ...queue().lastMinute, ...more });
const text = async (html: unknown) =>
  String(await html)
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('\u00a0', ' ');

describe('the sentence', () => {
  test.each<[string, Partial<QueueNow>]>([
    ['Running', {}],
    ['Running, as fast as its rate allows', { lastTenSeconds: { ...NOTHING, started: 48 } }],
    ['All 10 slots busy, 20 s each', { inFlight: 10, lastMinute: minute({ executed: 30 }) }],
    [
      'Nothing due before 02:00',
      {
        depth: { at: NOW, tasks: 8, due: 0, scheduled: 8, oldestDue: null },
        oldestEta: new Date('2026-11-21T02:00:00Z'),
      },
    ],
    ['Running, empty', { depth: { at: NOW, tasks: 0, due: 0, scheduled: 0, oldestDue: null } }],
    [
      'Paused until 16:00 by ada@example.com: “INC-2291”',
      {
        ...{ condition: 'paused', state: 'paused', pausedUntil: new Date('2026-11-20T16:00:00Z') },
        ...{ pausedBy: 'server for ada@example.com (token 3f2a)', pausedReason: 'INC-2291' },
      },
    ],
    [
      'Disabled: not in queue.yaml since 3 Nov',
      {
        condition: 'disabled',
        state: 'disabled',
        since: new Date('2026-11-03T10:00:00Z'),
      },
    ],
    [
      '38 of 74 attempts failed in the last minute, mostly status 500 to 599',
      {
        condition: 'failing',
        lastMinute: minute({ succeeded: 36, failed: 38, serverError: 30 }),
      },
    ],
    [
      'Lowered to 1.25/s of 5/s: handlers asked for less, with 503 or 429',
      { condition: 'lowered', enforcedRate: 1.25 },
    ],
    ['No dispatcher leads it: nothing is sent until one runs', { condition: 'no dispatcher' }],
    ['Pull: 3 leased', { mode: 'pull', inFlight: 3 }],
    ['No worker: nothing was leased in the last minute', { mode: 'pull' }],
  ])('%s', async (sentence, more) => {
    const { cause, more: rest } = outlookOf(queue(more), NOW);
    expect((await text(cause)) + (await text(rest))).toBe(sentence);
  });

  test('a person is named without the role and the token', () => {
    expect(person('taskqueue_server for ada@example.com (token 3f2a90c1)')).toBe('ada@example.com');
    expect(person('postgres')).toBe('postgres');
  });
});

describe('the list', () => {
  const failing = queue({ name: 'failing', condition: 'failing' });
  const paused = queue({ name: 'paused', condition: 'paused', state: 'paused' });
  const idle = queue({ name: 'idle', depth: { at: NOW, tasks: 0, due: 0, scheduled: 0, oldestDue: null } });
  const all = [idle, queue({ name: 'busy' }), paused, failing, queue({ name: 'pull', mode: 'pull', inFlight: 1 })];
  const names = (view: Partial<Parameters<typeof queueList>[1]>) =>
    queueList(all, { show: 'all', sort: 'hurts', page: 1, ...view }, NOW).queues.map(({ name }) => name);

  test('begins with what hurts', () => {
    expect(names({})).toEqual(['failing', 'paused', 'busy', 'pull', 'idle']);
    expect(queueList(all, { show: 'all', sort: 'name', page: 1 }, NOW).hurting.map(({ name }) => name)).toEqual([
      'failing',
      'paused',
    ]);
  });

  test('is filtered and sorted', () => {
    expect(names({ show: 'pull' })).toEqual(['pull']);
    expect(names({ show: 'hurting', sort: 'name' })).toEqual(['failing', 'paused']);
    expect(names({ sort: 'name' })).toEqual(['busy', 'failing', 'idle', 'paused', 'pull']);
  });

  test('has pages, and no page beyond the last', () => {
    const many = Array.from({ length: 250 }, (_, i) => queue({ name: `q${i}` }));
    const { queues, pages, view } = queueList(many, { show: 'all', sort: 'name', page: 9 }, NOW);
    expect([queues.length, pages, view.page]).toEqual([50, 3, 3]);
  });

  test('has addresses without what goes without saying', () => {
    expect(listPath({ show: 'all', sort: 'hurts', page: 1 })).toBe('queues');
    expect(listPath({ show: 'pull', sort: 'name', page: 2 })).toBe('queues?show=pull&sort=name&page=2');
  });
});

describe('drain times', () => {
  const past = (tasks: number) => [{ at: new Date(NOW.getTime() - 300_000), tasks }];
  const depth = { at: NOW, tasks: 600, due: 100, scheduled: 0, oldestDue: NOW };
  const busy = queue({ depth, lastMinute: minute({ succeeded: 300 }) });

  test.each([
    ['falls', 1_200, 300, undefined],
    ['grows', 300, Infinity, 1],
    ['cannot be told', 600, 120, undefined],
  ])('of a queue that %s', (_, before, seconds, grows) => {
    expect(drainTimeOf(busy, past(before))).toEqual({ seconds, grows });
  });

  test('what is typed is compared at the same arrivals', async () => {
    const kept = new KeptAnswers(systemClock);
    const view = { queue: busy, past: past(1_200), attemptSeconds: 0.62, now: NOW, kept };
    const said = await text(whatIf(view, { rate: '10/s', bucketSize: '5', slots: '10' }));
    expect(said).toContain('600 tasks drain in 1 m 26 s, not 5 m 00 s'); // three of five arrive
    expect(said).toContain('-   rate: 5/s+   rate: 10/s');
    expect(said).toContain('Apply 1 change');
    expect(said).toContain('Past 16/s the 10 slots are the limit: 10 ÷ 620 ms.');
  });
});

describe('the token bucket', () => {
  const given = { tokens: 2, at: NOW, size: 5, perSecond: 5, state: 'running', refill: '+5/s' } as const;

  test('fills up as time passes, and tells the moment when it is full', async () => {
    const later = new Date(NOW.getTime() + 200);
    const html = String(await bucket(given, later));
    expect(html).toContain(`data-full="${NOW.getTime() + 600}"`);
    expect(await text(bucket(given, later))).toContain('3 of 5');
  });

  test('holds its tokens while the queue is paused', async () => {
    const html = String(await bucket({ ...given, state: 'paused' }, new Date(NOW.getTime() + 60_000)));
    expect(html).not.toContain('data-full');
    expect(await text(html)).toBe('2 of 5held');
  });
});
