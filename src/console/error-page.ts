// The page of a failed request: what is wrong, and what to do.

import { html } from 'hono/html';
import { TaskQueueError } from '../domain/errors.ts';
import { HttpError } from '../http/http-error.ts';
import { empty } from './parts/notes.ts';
import type { Page } from './route.ts';

const TITLES: Record<number, string> = {
  400: 'This does not work',
  403: 'Not allowed',
  404: 'Not found',
  409: 'This is no longer possible',
  503: 'The database does not answer',
};

export function errorPage(status: number, error: unknown): Page {
  const known = error instanceof HttpError || error instanceof TaskQueueError;
  const title = TITLES[status] ?? 'The server failed';
  const detail = known ? error.message : 'The server failed to answer this request; its log says why.';
  const hint = error instanceof TaskQueueError ? (error.hint ?? '') : '';
  return {
    title,
    section: 'queues',
    status: status as NonNullable<Page['status']>,
    body: html`<div class="head"><h1>${title}</h1></div><section class="panel">${empty(detail, hint)}</section>`,
  };
}
