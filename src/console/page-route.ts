// A route of the console as a route of HTTP: it reads the request, requires the token of forms, and shows the page.

import { type Caller, denialOf, may } from '../access/caller.ts';
import { executorFor } from '../http/behalf.ts';
import { HttpError } from '../http/http-error.ts';
import type { Need, RequestContext, Route } from '../http/route.ts';
import type { Executor } from '../postgres/executor.ts';
import type { FormTokens } from './form-tokens.ts';
import { FORM_TOKEN } from './parts/forms.ts';
import { leaveNote } from './respond.ts';
import type { ConsoleRequest, ConsoleRoute, FormFields, Page } from './route.ts';

export interface PageTools {
  executor: Executor;
  tokens: FormTokens;
  show: (context: RequestContext, page: Page) => Response | Promise<Response>;
}

export function pageRoute(route: ConsoleRoute, { executor, tokens, show }: PageTools): Route {
  return {
    ...{ method: route.method, path: route.path, needs: route.needs },
    page: route.method === 'GET',
    takesBytes: true, // forms, each with its token
    answer: async (context) => {
      const caller = context.get('caller') as Caller;
      requireSome(route.needs, caller);
      const request = requestOf(context, caller, executor, tokens);
      if (route.method === 'POST') await requireToken(request, tokens);
      const answer = await route.answer(request);
      if (answer instanceof Response) return answer;
      if (!('goTo' in answer)) return show(context, answer);
      leaveNote(context, answer.note);
      return context.redirect(`/console${answer.goTo}`, 303);
    },
  };
}

/** A page that leaves out what its caller may not see is for those who may see something. */
function requireSome(need: Need | 'known', { grant }: Caller): void {
  if (need === 'known' || !need.checkedInside || grant.rights.includes(need.right)) return;
  throw new HttpError(403, denialOf(need.right).message);
}

function requestOf(context: RequestContext, caller: Caller, executor: Executor, tokens: FormTokens): ConsoleRequest {
  let fields: Promise<FormFields> | undefined;
  return {
    context,
    caller,
    executor: executorFor(context, executor),
    formToken: tokens.of(caller),
    param: (name) => context.req.param(name) ?? '',
    query: (name) => context.req.query(name) || undefined,
    form: () => {
      fields ??= readForm(context);
      return fields;
    },
    may: (right, queue) => may(caller, right, queue),
  };
}

async function readForm({ req }: RequestContext): Promise<FormFields> {
  const sent = new URLSearchParams(await req.text());
  return {
    get: (name) => sent.getAll(name).at(-1)?.trim() || undefined,
    all: (name) => sent.getAll(name),
  };
}

async function requireToken(request: ConsoleRequest, tokens: FormTokens): Promise<void> {
  const given = (await request.form()).get(FORM_TOKEN) ?? '';
  if (tokens.isValid(given, request.caller, request.context)) return;
  throw new HttpError(403, 'this form is out of date: go back, reload the page and send it again');
}
