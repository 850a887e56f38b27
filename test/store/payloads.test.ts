// Which batches are sent as payloads alone.

import { expect, test } from 'vitest';
import type { NewTask } from '../../src/domain/task.ts';
import { payloadsOf, taskArguments } from '../../src/store/new-task.ts';

const payloads = (tasks: NewTask[]) => payloadsOf(tasks.map(taskArguments));

test('texts and nothing else are payloads', () => {
  expect(payloads([{ payload: 'a' }, { payload: '' }])).toEqual(['a', '']);
});

test.each<NewTask[]>([
  [{}],
  [{ payload: 'a' }, { url: '/x' }],
  [{ payload: 'a', url: '/x' }],
  [{ payload: Buffer.from('a') }],
  [{ json: 'a' }],
  [{ payload: 'a', tag: 'b' }],
  [{ payload: 'a', name: 'b' }],
  [{ payload: 'a', countdown: 0 }],
  [Object.assign(Object.create({ url: '/inherited' }), { payload: 'a' })],
])('%j is more', (...tasks) => {
  expect(payloads(tasks)).toBeUndefined();
});

test('a property that is inherited is read', () => {
  const task = Object.assign(Object.create({ url: '/inherited' }), { payload: 'a' });
  expect(taskArguments(task)).toMatchObject({ url: '/inherited', payload: 'a' });
});
