// The JSON Schema of queue.yaml, made from the validator's own tables, with which editors complete and check the file.
// A schema cannot express that a name occurs twice, that one back-off exceeds the other, or how a number is spelt.

import type { JsonSchema, Kind } from '../config-file/kinds.ts';
import { ACL_KEYS, FILE_KEYS, ON_DEAD_KEYS, PULL_RETRY, PUSH_ONLY, QUEUE_KEYS, RETRY_KEYS } from './queue-keys.ts';

/** Returns the schema, in draft 7. */
export function queueFileSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'queue.yaml of pgtaskqueue',
    type: ['object', 'null'],
    properties: { ...properties(FILE_KEYS), queue: { type: ['array', 'null'], items: queueSchema() } },
    additionalProperties: false,
  };
}

function queueSchema(): JsonSchema {
  const isPull = { properties: { mode: { const: 'pull' } }, required: ['mode'] };
  return {
    type: 'object',
    properties: {
      ...properties(QUEUE_KEYS),
      retry_parameters: { type: ['object', 'null'], properties: properties(RETRY_KEYS), additionalProperties: false },
      on_dead: {
        type: ['object', 'null'],
        properties: properties(ON_DEAD_KEYS),
        required: ['queue'],
        additionalProperties: false,
      },
      acl: { type: ['array', 'null'], items: aclSchema() },
    },
    required: ['name'],
    additionalProperties: false,
    if: isPull,
    // biome-ignore lint/suspicious/noThenProperty: a key word of JSON Schema
    then: { properties: pullProperties() },
    else: {
      properties: { acl: false },
      anyOf: [{ required: ['rate'] }, { properties: { name: { const: 'default' } } }],
    },
  };
}

function pullProperties(): JsonSchema {
  const pushRetry = Object.keys(RETRY_KEYS).filter((key) => !(PULL_RETRY as readonly string[]).includes(key));
  return { ...none(PUSH_ONLY), retry_parameters: { properties: none(pushRetry) } };
}

function aclSchema(): JsonSchema {
  return {
    type: 'object',
    properties: properties(ACL_KEYS),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  };
}

const properties = (kinds: Readonly<Record<string, Kind>>): JsonSchema =>
  Object.fromEntries(
    Object.entries(kinds).map(([key, { schema, expected }]) => [key, { description: sentence(expected), ...schema }]),
  );

const none = (keys: readonly string[]): JsonSchema => Object.fromEntries(keys.map((key) => [key, false]));

const sentence = (expected: string) => `It must be ${expected}.`;
