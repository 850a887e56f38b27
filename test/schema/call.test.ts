import { expect, test } from 'vitest';
import { call } from '../../src/schema/call.ts';

test('a call names its arguments; undefined leaves SQL’s default, null is passed on', () => {
  const { sql, parameters } = call('add', { queue: 'mail', url: undefined, tag: null, countdown: 5 });
  expect(sql).toContain(' from (select "taskqueue"."add"("queue" => $1, "tag" => $2, "countdown" => $3) as made) as r');
  expect(parameters).toEqual(['mail', null, 5]);
});

test('a call without arguments has none', () => {
  expect(call('verify', {}).sql).toBe('select * from "taskqueue"."verify"()');
});

test('the same arguments make the same text, with the values of each call', () => {
  const first = call('lease_tasks', { queue: 'a', lease_seconds: 1 });
  const second = call('lease_tasks', { queue: 'b', lease_seconds: 2 });
  expect(second.sql).toBe(first.sql);
  expect([first.parameters, second.parameters]).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect(call('lease_tasks', { queue: 'a', max_tasks: 1, lease_seconds: 1 }).sql).not.toBe(first.sql);
});

test('an array crosses as it is without nulls, and as JSON with one', () => {
  const names = ['a', 'b'];
  const tokens = ['0', null];
  const { sql, parameters } = call('delete_tasks', { queue: 'a', names, lease_tokens: tokens });
  expect(parameters).toEqual(['a', names, JSON.stringify(tokens)]);
  expect(sql).toContain('"lease_tokens" => array(select');
  expect(call('delete_tasks', { queue: 'a', names, lease_tokens: names }).parameters[2]).toBe(names);
});
