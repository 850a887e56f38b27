// The verbs of operations that batches have returned.

import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import type { CloudParent } from '../domain/cloud-task.ts';
import * as store from '../store/cloud-operations.ts';
import { parseLocation } from './names.ts';
import { type Operation, type OperationContext, operation } from './operation.ts';
import { pageSizeOf, pageToken, partsOf } from './pages.ts';
import { REGISTRY } from './registry.ts';
import * as messages from './schema/long-running.ts';
import { OPERATIONS } from './services.ts';
import { StatusError } from './status.ts';
import { pathsInAll } from './versions/versions.ts';

const OPERATION = '{name=projects/*/locations/*/operations/*}';
const MOST_LISTED = 1000;

export const keptOperations: readonly Operation[] = [
  operation({
    ...{ service: OPERATIONS, name: 'ListOperations', verb: 'GET', right: undefined },
    paths: pathsInAll('{name=projects/*/locations/*}/operations'),
    request: messages.ListOperationsRequest,
    response: messages.ListOperationsResponse,
    run: async ({ name, filter, pageSize, pageToken: token }, context) => {
      const parent = parseLocation(name.replace(/\/operations$/, ''));
      if (filter !== '') throw new StatusError('INVALID_ARGUMENT', 'filter must be empty: operations are not filtered');
      const limit = pageSizeOf(pageSize, MOST_LISTED);
      const after = token === '' ? undefined : partsOf(token, 1)[0];
      const page = await store.listCloudOperations(context.executor, parent, { after, limit: limit + 1 });
      const last = page[limit - 1]?.id;
      const seen = page.slice(0, limit).filter((kept) => maySee(kept, context));
      return {
        operations: seen.map(message),
        nextPageToken: page.length > limit && last !== undefined ? pageToken(last) : '',
      };
    },
  }),
  operation({
    ...{ service: OPERATIONS, name: 'GetOperation', verb: 'GET', right: undefined },
    paths: pathsInAll(OPERATION),
    request: messages.GetOperationRequest,
    response: messages.LongRunningOperation,
    run: async ({ name }, context) => message(await read(name, context)),
  }),
  operation({
    ...{ service: OPERATIONS, name: 'DeleteOperation', verb: 'DELETE', right: undefined },
    paths: pathsInAll(OPERATION),
    request: messages.DeleteOperationRequest,
    response: EmptySchema,
    run: async ({ name }, context) => {
      await read(name, context);
      const { parent, id } = parse(name);
      await store.forgetCloudOperation(context.executor, parent, id);
      return {};
    },
  }),
  operation({
    ...{ service: OPERATIONS, name: 'CancelOperation', verb: 'POST', right: undefined, body: '*' },
    paths: pathsInAll(`${OPERATION}:cancel`),
    request: messages.CancelOperationRequest,
    response: EmptySchema,
    // It has finished by the time it can be named.
    run: async ({ name }, context) => {
      await read(name, context);
      return {};
    },
  }),
];

async function read(name: string, context: OperationContext): Promise<store.KeptOperation> {
  const { parent, id } = parse(name);
  const kept = await store.cloudOperation(context.executor, parent, id);
  if (kept && maySee(kept, context)) return kept;
  throw new StatusError('NOT_FOUND', 'Requested entity was not found.');
}

function parse(name: string): { parent: CloudParent; id: string } {
  const [, parent = '', id = ''] = /^(.*)\/operations\/([A-Za-z0-9-]{1,64})$/.exec(name) ?? [];
  if (id !== '') return { parent: parseLocation(parent), id };
  const got = JSON.stringify(name.slice(0, 120));
  throw new StatusError('INVALID_ARGUMENT', `name must be that of an operation, got ${got}`);
}

function maySee({ queue }: store.KeptOperation, { may }: OperationContext): boolean {
  return may('read', queue) || may('enqueue', queue) || may('operate', queue);
}

const message = ({ operation: json }: store.KeptOperation) =>
  fromJson(messages.LongRunningOperation, json as JsonValue, { registry: REGISTRY });
