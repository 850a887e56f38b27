// The OpenAPI document is valid, and describes every operation.

import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/cloud-tasks/openapi/document.ts';
import { operations } from '../../src/cloud-tasks/operations.ts';

interface Document {
  paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>;
  components: { schemas: Record<string, { properties: Record<string, unknown> }> };
}

const document = JSON.parse(JSON.stringify(openApiDocument('1.2.3', ''))) as Document;
const described = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => ({ path, verb, ...operation })),
);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document) as never)).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('describes every path of every operation, once', () => {
    expect(described).toHaveLength(operations.flatMap(({ paths }) => paths).length);
    expect(new Set(described.map(({ operationId }) => operationId)).size).toBe(described.length);
    const names = new Set(described.map(({ operationId }) => operationId.replace(/^\w+_|\d+$/g, '')));
    expect([...names].sort()).toEqual([...new Set(operations.map(({ name }) => name))].sort());
  });

  it('names the parameters of each path, and the rest of a request in the query', () => {
    const list = described.find(({ operationId }) => operationId === 'CloudTasks_ListTasks');
    expect(list).toMatchObject({
      path: '/v2/projects/{project}/locations/{location}/queues/{queue}/tasks',
      verb: 'get',
    });
    expect(list?.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual([
      ...['path project', 'path location', 'path queue', 'query responseView', 'query pageSize', 'query pageToken'],
    ]);
    for (const { path, parameters } of described) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
      expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
    }
  });

  it('has the fields of messages as their JSON has them', () => {
    expect(Object.keys(document.components.schemas.Task?.properties ?? {})).toContain('scheduleTime');
    expect(document.components.schemas.HttpRequest?.properties).toMatchObject({
      body: { type: 'string', contentEncoding: 'base64' },
      headers: { type: 'object', additionalProperties: { type: 'string' } },
    });
  });
});
