// The OpenAPI 3.1 document of the API, printed from the table of operations.

import type { DescField } from '@bufbuild/protobuf';
import type { Operation } from '../operation.ts';
import { operations } from '../operations.ts';
import { Status } from '../schema/rpc.ts';
import { collectSchemas, fieldSchema, type Schema, schemaOf } from './schemas.ts';

/**
 * @param version of this program
 * @param base what precedes the paths, such as `/cells/eu`; empty: nothing
 */
export function openApiDocument(version: string, base: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    for (const [i, template] of operation.paths.entries()) {
      const { path, parameters, fields } = readTemplate(template);
      paths[path] = {
        ...paths[path],
        [operation.verb.toLowerCase()]: operationObject(operation, parameters, fields, i),
      };
    }
  }
  const messages = operations.flatMap(({ request, response }) => [request, response]);
  return {
    openapi: '3.1.0',
    info: { title: 'pgtaskqueue: Cloud Tasks', version, license: { name: 'MIT', identifier: 'MIT' } },
    ...(base === '' ? {} : { servers: [{ url: base }] }),
    security: [{ bearer: [] }, { key: [] }],
    paths,
    components: {
      schemas: { ...collectSchemas([...messages, Status]), Error: ERROR },
      responses: { Error: { description: 'An error', content: jsonOf({ $ref: '#/components/schemas/Error' }) } },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'query', name: 'key' },
      },
    },
  };
}

const ERROR: Schema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'status'],
      properties: {
        code: { type: 'integer' },
        message: { type: 'string' },
        status: { type: 'string' },
        details: { type: 'array', items: schemaOf(Status.field.details.message as never) },
      },
    },
  },
};

function operationObject(operation: Operation, inPath: string[], fields: string[], binding: number): object {
  const { name, request, response, body } = operation;
  const service = serviceName(operation.service);
  const isLeft = ({ name: field }: DescField) =>
    !fields.some((known) => known === field || known.startsWith(`${field}.`));
  const inQuery = body === '*' ? [] : request.fields.filter((field) => isLeft(field) && field.name !== body);
  const sent = request.fields.find((field) => field.name === body)?.message ?? request;
  return {
    operationId: `${service}_${name}${binding === 0 ? '' : binding + 1}`,
    tags: [service],
    parameters: [
      ...inPath.map((param) => ({ name: param, in: 'path', required: true, schema: { type: 'string' } })),
      ...inQuery.map((field) => ({ name: field.jsonName, in: 'query', schema: fieldSchema(field) })),
    ],
    ...(body === undefined ? {} : { requestBody: { content: jsonOf(schemaOf(sent)) } }),
    responses: {
      200: { description: 'The answer', content: jsonOf(schemaOf(response)) },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

/** CloudTasks; of other versions than v2, with the version: v2beta2_CloudTasks. */
function serviceName(full: string): string {
  const [version, name] = full.split('.').slice(-2) as [string, string];
  return version.startsWith('v2beta') ? `${version}_${name}` : name;
}

const jsonOf = (schema: Schema) => ({ 'application/json': { schema } });

/** `/v2/{name=projects/*}` as `/v2/projects/{project}`: each star is named after the collection before it. */
function readTemplate(template: string): { path: string; parameters: string[]; fields: string[] } {
  const fields: string[] = [];
  const parameters: string[] = [];
  const flat = template.replace(/\{([a-z_.]+)=([^}]+)\}/g, (_, field: string, path: string) => {
    fields.push(field);
    return path;
  });
  const path = flat.replace(/([a-z]+)\/\*/g, (_, collection: string) => {
    const parameter = collection.replace(/s$/, '');
    parameters.push(parameter);
    return `${collection}/{${parameter}}`;
  });
  return { path, parameters, fields };
}
