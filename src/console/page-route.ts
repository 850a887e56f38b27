// A route of the console as a route of HTTP: it reads the request, requires the token of forms, and shows the page.

import { type Caller, denialOf } from '../access/caller.ts';
import { HttpError } from '../http/http-error.ts';
import type { Need, Route } from '../http/route.ts';
import { FORM_TOKEN } from './parts/forms.ts';
import { type RequestSource, requestOf } from './request.ts';
import { leaveNote } from './respond.ts';
import type { ConsoleRequest, ConsoleRoute, Page } from './route.ts';

/** Shows a page to the caller of a request. */
export type ShowPage = (request: ConsoleRequest, page: Page) => Promise<Response>;

export function pageRoute(route: ConsoleRoute, source: RequestSource, show: ShowPage): Route {
  return {
    ...{ method: route.method, path: route.path, needs: route.needs },
    page: route.method === 'GET',
    takesBytes: true, // forms, each with its token
    answer: async (context) => {
      const request = requestOf(context, context.get('caller') as Caller, source);
      requireSome(route.needs, request.caller);
      if (route.method === 'POST') await requireToken(request, source);
      const answer = await route.answer(request);
      if (route.method === 'POST') source.acted();
      if (answer instanceof Response) return answer;
      if (!('goTo' in answer)) return show(request, answer);
      if (answer.note !== undefined) leaveNote(context, answer.note, source.address);
      return context.redirect(source.address.of(answer.goTo), 303);
    },
  };
}

/** A page that leaves out what its caller may not see is for those who may see something. */
export function requireSome(need: Need | 'known', { grant }: Caller): void {
  if (need === 'known' || !need.checkedInside || grant.rights.includes(need.right)) return;
  throw new HttpError(403, denialOf(need.right).message);
}

async function requireToken(request: ConsoleRequest, { tokens }: RequestSource): Promise<void> {
  const given = (await request.form()).get(FORM_TOKEN) ?? '';
  if (tokens.isValid(given, request.caller, request.context)) return;
  throw new HttpError(403, 'this form is out of date', 'Go back, reload the page and send it again.');
}
