import { expect, test } from 'vitest';
import { call } from '../../src/schema/call.ts';

test('a call names its arguments; undefined leaves SQL’s default, null is passed on', () => {
  const { sql, parameters } = call('add', { queue: 'mail', url: undefined, tag: null, countdown: 5 });
  expect(sql).toMatch(/ from "taskqueue"\."add"\("queue" => \$1, "tag" => \$2, "countdown" => \$3\)$/);
  expect(parameters).toEqual(['mail', null, 5]);
});

test('a call without arguments has none', () => {
  expect(call('verify', {}).sql).toBe('select * from "taskqueue"."verify"()');
});
