import { Writable } from 'node:stream';
import pino from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import winston from 'winston';
import type { DispatcherHooks } from '../../src/dispatcher/reporting/hooks.ts';
import type { Logger } from '../../src/runtime/logger.ts';
import { drain } from '../../src/testing/drain.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
let mail: string;
beforeEach(() => {
  mail = nextName('mail');
});

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const headers = JSON.stringify({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });

/** Answers 500 in words to /bad, and 200 to all else. */
const handler = (request: Request) =>
  new URL(request.url).pathname === '/bad' ? new Response('SMTP 550 no such user', { status: 500 }) : new Response();

function recorder() {
  const lines: [level: string, message: string, fields: Record<string, unknown>][] = [];
  const at =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) =>
      void lines.push([level, message, fields]);
  const logger: Logger = { debug() {}, info() {}, warn: at('warn'), error: at('error') };
  return { lines, logger };
}

describe('logs', () => {
  test('a failing handler gets a first line, a count, and a line when it works again', async () => {
    await harness.createQueue(mail);
    const { lines, logger } = recorder();
    const dispatcher = harness.dispatcher({ targets: { default: handler }, logger });
    const retry = JSON.stringify({ task_retry_limit: 0 });
    const name = await harness.add(mail, { url: '/bad', headers, retry: JSON.stringify({ min_backoff_seconds: 60 }) });
    await dispatcher.runOnce();
    for (let i = 0; i < 12; i++) await harness.add(mail, { url: '/bad', retry });
    await dispatcher.runOnce();
    expect(lines[0]).toEqual([
      'warn',
      'an attempt failed',
      {
        ...{ queue: mail, target: 'default', reason: 'server_error', task: name, attempt: 1, status: 500 },
        ...{ seconds: expect.any(Number), error: 'SMTP 550 no such user', traceId: TRACE },
      },
    ]);
    expect(lines.slice(1).map(([level, message]) => `${level}: ${message}`)).toEqual(
      Array(10).fill('error: a task died'),
    );
    await harness.add(mail, { url: '/good' });
    await dispatcher.runOnce();
    expect(lines.slice(11)).toEqual([
      [
        'warn',
        'attempts succeed again',
        { queue: mail, target: 'default', reason: 'server_error', failures: 13, inSeconds: expect.any(Number) },
      ],
    ]);
    await dispatcher.stop();
    expect(lines.at(-1)).toEqual(['error', 'more tasks died', { queue: mail, tasks: 2 }]);
  });

  test.each([
    [
      'pino',
      (write: (line: string) => void): Logger => pino({ base: null }, { write }),
      { level: 40, msg: 'an attempt failed' },
    ],
    [
      "a child of pino's",
      (write: (line: string) => void): Logger => pino({ base: null }, { write }).child({ app: 'shop' }),
      { level: 40, msg: 'an attempt failed', app: 'shop' },
    ],
    [
      'winston',
      (write: (line: string) => void): Logger => {
        const stream = new Writable({ write: (chunk, _, done) => done(void write(String(chunk))) });
        return winston.createLogger({ transports: [new winston.transports.Stream({ stream })] });
      },
      { level: 'warn', message: 'an attempt failed' },
    ],
  ])('the logger may be %s', async (_, make, first) => {
    await harness.createQueue(mail);
    const written: string[] = [];
    const logger = make((line) => written.push(line));
    const dispatcher = harness.dispatcher({ targets: { default: handler }, logger });
    await harness.add(mail, { url: '/bad' });
    await dispatcher.runOnce();
    const lines = written
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ status }) => status !== undefined);
    expect(lines).toEqual([expect.objectContaining({ ...first, queue: mail, status: 500, reason: 'server_error' })]);
  });
});

describe('hooks', () => {
  test('are told each step', async () => {
    await harness.createQueue(mail);
    const told: unknown[][] = [];
    const hooks = Object.fromEntries(
      ['claimed', 'sent', 'settled', 'failed', 'dead'].map((name) => [
        name,
        (...given: unknown[]) => told.push([name, ...given]),
      ]),
    ) as DispatcherHooks;
    const dispatcher = harness.dispatcher({ targets: { default: handler }, hooks });
    const name = await harness.add(mail, {
      url: '/bad',
      headers,
      retry: JSON.stringify({ task_retry_limit: 0 }),
    });
    await dispatcher.runOnce();
    const attempt = {
      ...{ queue: mail, task: name, attempt: 1, url: '/bad', method: 'POST', target: 'default', namespace: '' },
      ...{ eta: expect.any(Date), traceId: TRACE },
    };
    const result = {
      result: 'dead',
      status: 500,
      seconds: expect.any(Number),
      failure: 'server_error',
      error: 'SMTP 550 no such user',
    };
    expect(told).toEqual([
      ['claimed', attempt],
      ['sent', attempt],
      ['settled', attempt, result],
      ['failed', attempt, result],
      ['dead', attempt, result],
    ]);
    told.length = 0;
    await harness.add(mail, { url: '/good' });
    await dispatcher.runOnce();
    expect(told.map(([step, , end]) => [step, (end as { result?: string } | undefined)?.result])).toEqual([
      ['claimed', undefined],
      ['sent', undefined],
      ['settled', 'completed'],
    ]);
  });

  test('what they throw or reject is logged and changes nothing', async () => {
    await harness.createQueue(mail);
    const { lines, logger } = recorder();
    const hooks: DispatcherHooks = {
      claimed() {
        throw new Error('sync');
      },
      settled: () => Promise.reject(new Error('async')) as unknown as undefined,
    };
    const dispatcher = harness.dispatcher({ targets: { default: handler }, hooks, logger });
    await harness.addMany(mail, 3);
    await drain(dispatcher);
    expect(await harness.tasks(mail)).toEqual([]);
    expect(
      lines
        .filter(([level, message]) => level === 'error' && message === 'a hook failed')
        .map(([, , fields]) => [fields.hook, String(fields.error)])
        .sort(),
    ).toEqual([...Array(3).fill(['claimed', 'Error: sync']), ...Array(3).fill(['settled', 'Error: async'])]);
  });
});
