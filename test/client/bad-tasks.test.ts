// Values that cannot be sent unchanged are rejected before any SQL: nothing is dropped, changed or guessed.

import { beforeAll, describe, expect, test } from 'vitest';
import {
  InvalidDispatchDeadlineError,
  InvalidEtaError,
  InvalidTagError,
  InvalidTaskError,
  InvalidTaskNameError,
  InvalidTaskRetryOptionsError,
  InvalidUrlError,
  type NewTask,
  TaskQueues,
} from '../../src/index.ts';

type ErrorClass = new (...given: never[]) => Error;

// Any statement would fail loudly.
const queues = new TaskQueues({
  database: {
    totalCount: 0,
    connect: () => Promise.reject(new Error('a statement was sent')),
    query: () => Promise.reject(new Error('a statement was sent')),
  },
});

const cycle: Record<string, unknown> = {};
let deep: unknown = 1;

beforeAll(() => {
  cycle.self = cycle;
  for (let level = 0; level < 20_000; level++) deep = [deep];
});

const HALF = 'half \ud800';
const NUL = 'a\0b';

const cases: Record<string, [ErrorClass, Record<string, () => unknown>]> = {
  'names and text': [
    InvalidTaskError,
    {
      'a NUL in the payload': () => ({ payload: NUL }),
      'half a character in the payload': () => ({ payload: HALF }),
      'half a character in a param': () => ({ params: { a: HALF } }),
      'half a character in a param’s name': () => ({ params: { [HALF]: 'a' } }),
      'a NUL in a header': () => ({ headers: { 'x-a': NUL } }),
      'a NUL in the target': () => ({ target: NUL }),
      'half a character in the namespace': () => ({ namespace: HALF }),
      'a NUL in the method': () => ({ method: NUL }),
    },
  ],
  'the task’s name': [InvalidTaskNameError, { NUL: () => ({ name: NUL }), 'half a character': () => ({ name: HALF }) }],
  'the URL': [InvalidUrlError, { NUL: () => ({ url: `/${NUL}` }), 'half a character': () => ({ url: `/${HALF}` }) }],
  'the tag': [InvalidTagError, { NUL: () => ({ tag: NUL }), 'half a character': () => ({ tag: HALF }) }],
  'shapes that are none': [
    TypeError,
    {
      'a misspelt property': () => ({ contdown: 5 }),
      'a property of a prototype’s name': () => JSON.parse('{"__proto__": 1}'),
      'snake case': () => ({ dispatch_deadline: 30 }),
      'a text for a task': () => 'task',
      'null for a task': () => null,
      'a number for a name': () => ({ name: 5 }),
      'an object for a URL': () => ({ url: new URL('http://x/') }),
      'a text for a deadline': () => ({ dispatchDeadline: '30' }),
      'a misspelt retry option': () => ({ retryOptions: { retryLimit: 1 } }),
      'a text for a retry option': () => ({ retryOptions: { taskRetryLimit: '1' } }),
    },
  ],
  'json that is none': [
    TypeError,
    {
      undefined: () => ({ json: undefined }),
      'a function': () => ({ json: () => 1 }),
      'a function inside': () => ({ json: { a: () => 1 } }),
      'a symbol': () => ({ json: Symbol('a') }),
      'a BigInt': () => ({ json: { a: 1n } }),
      'a cycle': () => ({ json: cycle }),
      'a Date': () => ({ json: { at: new Date() } }),
      'a Map': () => ({ json: new Map() }),
      'a Set inside': () => ({ json: [new Set()] }),
      NaN: () => ({ json: { a: Number.NaN } }),
      Infinity: () => ({ json: [Infinity] }),
    },
  ],
  bodies: [
    InvalidTaskError,
    {
      'json 20000 levels deep': () => ({ json: deep }),
      'json 101 levels deep': () => ({ json: JSON.parse(`${'['.repeat(101)}${']'.repeat(101)}`) }),
      'a number for a payload': () => ({ payload: 5 }),
      'an array for a payload': () => ({ payload: [1, { a: 1 }] }),
      'a Date for a payload': () => ({ payload: new Date() }),
      'a payload and json': () => ({ payload: '', json: {} }),
    },
  ],
  'params and headers': [
    InvalidTaskError,
    {
      'an array of params': () => ({ params: ['a'] }),
      'null for a param': () => ({ params: { a: null } }),
      'an object for a param': () => ({ params: { a: {} } }),
      'NaN for a param': () => ({ params: { a: Number.NaN } }),
      'a BigInt for a param': () => ({ params: { a: 1n } }),
      'a list in a list': () => ({ params: { a: [['b']] } }),
      'a number for a header': () => ({ headers: { a: 1 } }),
      'an array for a header': () => ({ headers: { a: ['b'] } }),
      'null for a header': () => ({ headers: { a: null } }),
      'an array of headers': () => ({ headers: [['a', 'b']] }),
      'a Headers object, whose entries would not show': () => ({ headers: new Headers({ a: 'b' }) }),
    },
  ],
  'times of another type': [
    InvalidTaskError,
    { 'a text for a countdown': () => ({ countdown: '60' }), 'true for an ETA': () => ({ eta: true }) },
  ],
  'times that are none': [
    InvalidEtaError,
    {
      'an invalid Date': () => ({ eta: new Date('x') }),
      'NaN for an ETA': () => ({ eta: Number.NaN }),
      'microseconds for milliseconds': () => ({ eta: Date.now() * 1000 }),
      'a moment out of all range': () => ({ eta: 1e300 }),
      'NaN seconds': () => ({ countdown: Number.NaN }),
      'endless seconds': () => ({ countdown: Infinity }),
      ...Object.fromEntries(
        [
          '2026-11-21 10:00:00',
          '2026-11-21T10:00:00',
          'tomorrow',
          'now',
          'infinity',
          '-infinity',
          '1795000000',
          '2026-02-30T00:00:00Z',
          '2027-02-29T00:00:00Z',
          '2026-13-01T00:00:00Z',
          '2026-11-21T24:00:00Z',
          '2026-11-21T25:00:00Z',
          '2026-11-21T10:00:60Z',
          '2026-11-21T10:00:00 Europe/Berlin',
          '2026-11-21T10:00:00+99:00',
          '2026-11-21T10:00:00Z\n',
          '',
        ].map((eta) => [JSON.stringify(eta), () => ({ eta })]),
      ),
    },
  ],
  'the dispatch deadline': [InvalidDispatchDeadlineError, { NaN: () => ({ dispatchDeadline: Number.NaN }) }],
  'retry options': [
    InvalidTaskRetryOptionsError,
    {
      NaN: () => ({ retryOptions: { maxDoublings: Number.NaN } }),
      Infinity: () => ({ retryOptions: { taskAgeLimit: Infinity } }),
    },
  ],
};

for (const [what, [errorClass, tasks]] of Object.entries(cases)) {
  describe(what, () => {
    test.for(Object.entries(tasks))('%s', async ([, make]) => {
      const task = make() as NewTask;
      await expect(queues.add(task)).rejects.toBeInstanceOf(errorClass);
      await expect(queues.add([{}, task])).rejects.toBeInstanceOf(errorClass);
    });
  });
}

test('a misspelt property is rejected with a suggestion', async () => {
  await expect(queues.add({ contdown: 5 } as never)).rejects.toThrow(
    'unknown property "contdown" in a task; did you mean countdown?',
  );
  await expect(queues.add({}, { transactoin: 1 } as never)).rejects.toThrow('did you mean transaction?');
});
