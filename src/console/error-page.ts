// The page of a failed request: what is wrong, and what to do.

import { html } from 'hono/html';
import { TaskQueueError } from '../domain/errors.ts';
import { HttpError } from '../http/http-error.ts';
import type { RequestContext } from '../http/route.ts';
import type { ConsoleAddress } from './address.ts';
import type { Html } from './html.ts';
import { bareDocument } from './layout.ts';
import { linkButton } from './parts/forms.ts';
import { empty } from './parts/notes.ts';
import { visible } from './parts/text.ts';
import { sendPage, themeOf } from './respond.ts';
import type { Page } from './route.ts';

const TITLES: Record<number, string> = {
  400: 'This does not work',
  403: 'Not allowed',
  404: 'Not found',
  409: 'This is no longer possible',
  413: 'Too large',
  421: 'Not under this name',
  503: 'The database does not answer',
};

const WAYS: Record<number, string> = {
  404: 'It may have ended, or been deleted or renamed since this link was made.',
  503: 'Try again in a moment. The server keeps trying to connect.',
};

type Status = NonNullable<Page['status']>;

export function errorPage(status: number, error: unknown): Page {
  return { title: titleOf(status), section: undefined, status: status as Status, body: told(status, error) };
}

/** The same for callers who are not known. */
export function bareErrorPage(
  context: RequestContext,
  address: ConsoleAddress,
  status: number,
  error: unknown,
): Response | Promise<Response> {
  const body = html`<main class="door">${told(status, error)}</main>`;
  return sendPage(
    context,
    bareDocument({ address, title: titleOf(status), theme: themeOf(context) }, body),
    status as Status,
  );
}

const titleOf = (status: number) => TITLES[status] ?? 'The server failed';

function told(status: number, error: unknown): Html {
  const known = error instanceof HttpError || error instanceof TaskQueueError;
  const detail = known
    ? visible(sentence(error.message))
    : 'The server could not answer this request. Its log says why.';
  const way = (known ? error.hint : undefined) ?? WAYS[status] ?? '';
  const queues = html`<div class="acts">${linkButton('queues', { label: 'All queues' })}</div>`;
  return html`<div class="head"><h1>${titleOf(status)}</h1></div><section class="panel">${empty(detail, visible(way), queues)}</section>`;
}

/** Messages begin in lower case, for logs and other messages to include them. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
