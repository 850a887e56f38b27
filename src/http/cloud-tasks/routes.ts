// Cloud Tasks over REST: the table of operations as routes.

import { may } from '../../access/caller.ts';
import type { Backend } from '../../cloud-tasks/backend.ts';
import { execute } from '../../cloud-tasks/execute.ts';
import { firebaseOperations } from '../../cloud-tasks/firebase-operations.ts';
import type { Operation } from '../../cloud-tasks/operation.ts';
import { operations } from '../../cloud-tasks/operations.ts';
import { StatusError } from '../../cloud-tasks/status.ts';
import { VERSIONS } from '../../cloud-tasks/versions/versions.ts';
import { executorFor } from '../behalf.ts';
import type { RequestContext, Route, Surface } from '../route.ts';
import { answerMessage, renderStatus } from './answer.ts';
import { readMessage } from './request.ts';
import { type PathTemplate, pathTemplate } from './template.ts';

/** A batch has up to a hundred tasks. */
const MOST_BATCH_BYTES = 16 * 1024 * 1024;

/** Returns the API as surfaces: all of its routes, and errors in its form for what is below them. */
export function cloudTasksRest(backend: Backend): Surface {
  return {
    prefix: '',
    tokensInUrl: true,
    renderError: renderStatus,
    routes: [
      ...routesOf(operations, backend),
      ...routesOf(firebaseOperations, backend).map((route) => ({ ...route, takesBytes: true })),
      ...VERSIONS.map(({ id }) => nothingAt(`/${id}/*`)),
      nothingAt('/v1/projects/*'),
      nothingAt('/projects/*'),
    ],
  };
}

function routesOf(from: readonly Operation[], backend: Backend): Route[] {
  return from.flatMap((operation) => operation.paths.map((path) => routeOf(operation, path, backend)));
}

function routeOf(operation: Operation, path: string, backend: Backend): Route {
  const template = pathTemplate(path);
  return {
    method: operation.verb,
    path: template.pattern,
    needs: needOf(operation, template),
    ...(operation.name === 'BatchCreateTasks' ? { maxBodyBytes: MOST_BATCH_BYTES } : {}),
    answer: (context) => answer(context, operation, template, backend),
  };
}

// Both skins leave the check to execute.
function needOf({ right }: Operation, { hasQueue }: PathTemplate): Route['needs'] {
  if (right === undefined) return 'known';
  return hasQueue ? { right, queue: 'queue', checkedInside: true } : { right, checkedInside: true };
}

async function answer(
  context: RequestContext,
  operation: Operation,
  template: PathTemplate,
  backend: Backend,
): Promise<Response> {
  const fields = template.read(new URL(context.req.url).pathname);
  if (!fields) throw new StatusError('NOT_FOUND', `there is nothing at ${context.req.path}`);
  const message = await readMessage(operation, fields, context);
  const caller = context.get('caller');
  const response = await execute(operation, message, {
    ...backend,
    executor: executorFor(context, backend.executor),
    signal: context.req.raw.signal,
    may: (right, queue) => caller !== undefined && may(caller, right, queue),
  });
  return answerMessage(context, operation.response, response);
}

function nothingAt(path: string): Route {
  return {
    method: 'ALL',
    path,
    needs: 'known',
    takesBytes: true,
    answer: ({ req }) => {
      throw new StatusError('NOT_FOUND', `there is nothing at ${req.path}`);
    },
  };
}
