import { expect, test } from 'vitest';
import { DeathLog } from '../../src/runtime/death-log.ts';
import { FailureLog } from '../../src/runtime/failure-log.ts';
import type { LogFields } from '../../src/runtime/logger.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

type Line = [level: string, message: string, fields: LogFields];

function setup() {
  const clock = new ManualClock(0);
  const lines: Line[] = [];
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push([level, message, fields]);
  const logger = { debug() {}, info: at('info'), warn: at('warn'), error: at('error') };
  const log = new FailureLog(logger, clock, { first: 'fails', more: 'keeps failing', over: 'works again' });
  return { clock, lines, log, deaths: new DeathLog(logger, clock) };
}

const MAIL = { queue: 'mail', target: 'default', reason: 'server_error 500' };

test('the first failure is written at once, the next ones are counted, one line a minute', () => {
  const { clock, lines, log } = setup();
  for (let i = 0; i < 100; i++) log.failed(MAIL, { task: `t${i}` });
  expect(lines).toEqual([['warn', 'fails', { ...MAIL, task: 't0' }]]);
  clock.advance(59);
  expect(lines).toHaveLength(1);
  clock.advance(1);
  expect(lines[1]).toEqual(['warn', 'keeps failing', { ...MAIL, failures: 99, task: 't99' }]);
  clock.advance(600);
  expect(lines).toHaveLength(2);
});

test('each queue, target and reason has its own first line', () => {
  const { lines, log } = setup();
  log.failed(MAIL, {});
  log.failed({ ...MAIL, queue: 'bills' }, {});
  log.failed({ ...MAIL, target: 'other' }, {});
  log.failed({ ...MAIL, reason: 'no_answer' }, {});
  log.failed(MAIL, {});
  expect(lines).toHaveLength(4);
});

test('the first success says that it works again, once', () => {
  const { clock, lines, log } = setup();
  log.failed(MAIL, {});
  log.failed(MAIL, {});
  clock.advance(3);
  log.worked('bills', 'default');
  expect(lines).toHaveLength(1);
  for (let i = 0; i < 5; i++) log.worked('mail', 'default');
  expect(lines.slice(1)).toEqual([['warn', 'works again', { ...MAIL, failures: 2, inSeconds: 3 }]]);
  clock.advance(60);
  log.failed(MAIL, { task: 'b' });
  expect(lines[2]).toEqual(['warn', 'fails', { ...MAIL, task: 'b' }]);
});

test('a handler that fails now and then gets one line a minute, and one when it has stopped', () => {
  const { clock, lines, log } = setup();
  for (let second = 0; second < 180; second++) {
    log.worked('mail', 'default');
    log.failed(MAIL, {});
    log.worked('mail', 'default');
    clock.advance(1);
  }
  expect(lines.map(([, message]) => message)).toEqual([
    'fails',
    'works again',
    'keeps failing',
    'keeps failing',
    'keeps failing',
  ]);
  clock.advance(120);
  expect(lines.at(-1)?.[1]).toBe('works again');
  expect(lines).toHaveLength(6);
});

test('after a quiet hour a success still says that it works again', () => {
  const { clock, lines, log } = setup();
  log.failed(MAIL, {});
  clock.advance(3600);
  log.worked('mail', 'default');
  expect(lines.at(-1)).toEqual(['warn', 'works again', { ...MAIL, failures: 1, inSeconds: 3600 }]);
});

test('closing sums up what was counted, and leaves no alarm', () => {
  const { clock, lines, log, deaths } = setup();
  for (let i = 0; i < 3; i++) log.failed(MAIL, {});
  for (let i = 0; i < 12; i++) deaths.died('mail', {});
  log.close();
  deaths.close();
  expect(lines.filter(([, message]) => message === 'keeps failing')).toMatchObject([
    ['warn', 'keeps failing', { failures: 2 }],
  ]);
  expect(lines.at(-1)).toEqual(['error', 'more tasks died', { queue: 'mail', tasks: 2 }]);
  expect(clock.waiting).toBe(0);
});

test('no more than a thousand kinds are remembered', () => {
  const { clock, log } = setup();
  for (let i = 0; i < 1500; i++) log.failed({ ...MAIL, target: `https://${i}.example.com` }, {});
  expect(clock.waiting).toBe(1000);
});

test('ten deaths a minute of a queue are errors of their own, the rest is a sum', () => {
  const { clock, lines, deaths } = setup();
  for (let i = 0; i < 500; i++) deaths.died('mail', { task: `t${i}` });
  deaths.died('bills', { task: 'b' });
  expect(lines.filter(([level, message]) => level === 'error' && message === 'a task died')).toHaveLength(11);
  clock.advance(60);
  expect(lines.at(-1)).toEqual(['error', 'more tasks died', { queue: 'mail', tasks: 490 }]);
  deaths.died('mail', { task: 'c' });
  expect(lines.at(-1)).toEqual(['error', 'a task died', { queue: 'mail', task: 'c' }]);
});
