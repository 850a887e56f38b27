// The JSON Schema of queue files is made of the validator's tables, and accepts the same files.
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { queueFileSchema } from '../../src/domain/queue-file/queue-schema.ts';
import { type Case, QUEUE_FILE_CASES } from './queue-file-cases.ts';

// Fastify validates with an independent implementation of JSON Schema.
const judge = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } } });
judge.post('/', { schema: { body: { type: 'object', properties: { file: queueFileSchema() } } } }, async () => 'right');

const cases = Object.values(QUEUE_FILE_CASES).flat();

const isJson = ({ yaml }: Case) => !/\.(inf|nan)\b/.test(yaml); // values that are not JSON never reach a schema

test.each(cases.filter((one) => !one.beyondSchema && isJson(one)))('$title', async ({ yaml, problems }) => {
  const payload = { file: parse(yaml, { uniqueKeys: false }) };
  const { statusCode, body } = await judge.inject({ method: 'POST', url: '/', payload });
  expect(statusCode, body).toBe(problems.length === 0 ? 200 : 400);
});

test('few rules are beyond the schema', () => {
  expect(cases.filter(({ beyondSchema }) => beyondSchema).map(({ title }) => title)).toEqual([
    'an octal number',
    'an octal name',
    'task_age_limit below a second',
    'the shortest above the longest',
    'a name twice',
  ]);
});
