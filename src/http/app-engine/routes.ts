// The API of App Engine's own SDKs: `/rpc_http` for those of Python and Go, `/_ah/remote_api` for Java's. The same
// bytes go to both; what is wrong with a call stands in the answer, which is always 200.

import { may } from '../../access/caller.ts';
import { answerCall, answerTooLarge } from '../../app-engine/answer-call.ts';
import type { MethodContext } from '../../app-engine/method.ts';
import type { Executor } from '../../postgres/executor.ts';
import { executorFor } from '../behalf.ts';
import { renderError } from '../errors.ts';
import { HttpError } from '../http-error.ts';
import type { RequestContext, Route, Surface } from '../route.ts';
import { ticketIn } from './ticket.ts';

/** App Engine's own limit. */
const MOST_CALL_BYTES = 33_554_432;
const BYTES = 'application/octet-stream';

export interface AppEngineOptions {
  executor: Executor;
  /** Told how many tasks a call leased. */
  leased?: MethodContext['leased'];
}

/** Returns the API as a surface. */
export function appEngine(options: AppEngineOptions): Surface {
  const answer: Route['answer'] = (context) => answerRemotely(context, options);
  const calls = { method: 'POST', needs: 'known', takesBytes: true, maxBodyBytes: MOST_CALL_BYTES, answer } as const;
  return {
    prefix: '',
    callerOf: async (context, identified) => {
      const ticket = await ticketIn(context);
      return ticket ? identified(ticket) : undefined;
    },
    renderError: renderRemoteError,
    routes: [
      { ...calls, path: '/rpc_http' },
      { ...calls, path: '/_ah/remote_api' },
      { method: 'GET', path: '/_ah/remote_api', needs: 'known', answer: answerHandshake },
    ],
  };
}

async function answerRemotely(context: RequestContext, { executor, leased }: AppEngineOptions): Promise<Response> {
  requireBytes(context);
  const caller = context.get('caller');
  const bytes = await answerCall(new Uint8Array(await context.req.arrayBuffer()), {
    executor: executorFor(context, executor),
    leased,
    may: (right, queue) => caller !== undefined && may(caller, right, queue),
  });
  return send(context, bytes);
}

/** No page can send this type to another site without asking first. @throws HttpError 415 */
function requireBytes({ req }: RequestContext): void {
  const type = req.header('content-type');
  if (type?.split(';')[0]?.trim().toLowerCase() === BYTES) return;
  throw new HttpError(415, `the body must have Content-Type: ${BYTES}, got ${type?.slice(0, 80) ?? 'none'}`);
}

/** Java's SDK asks for the id of the application first; Python's remote shell wants its number back. */
function answerHandshake(context: RequestContext): Response {
  const token = /^\d{1,20}$/.exec(context.req.query('rtok') ?? '')?.[0] ?? '0';
  return context.text(`{app_id: pgtaskqueue, rtok: '${token}'}\n`);
}

function renderRemoteError(error: unknown, context: RequestContext): Response {
  if (error instanceof HttpError && error.status === 413) return send(context, answerTooLarge(error.message));
  return renderError(error, context);
}

function send(context: RequestContext, bytes: Uint8Array): Response {
  return context.body(bytes as Uint8Array<ArrayBuffer>, 200, { 'content-type': BYTES });
}
