// The errors of the last hour, grouped by answer and message.

import { html } from 'hono/html';
import { ERRORS_LOOKED_AT, type ErrorGroup, groupErrors } from '../../../store/queue-insights.ts';
import type { Html } from '../../html.ts';
import { answerCode } from '../../parts/answer-code.ts';
import { count } from '../../parts/figures.ts';
import { relativeTime } from '../../parts/moments.ts';
import { taskPath } from '../../parts/paths.ts';
import { visible } from '../../parts/text.ts';
import type { ConsoleRequest } from '../../route.ts';
import type { QueueView } from './queue-view.ts';

/** A thousand attempts need not be read every second. */
const KEEP_MS = 5_000;

export async function errorsPanel(request: ConsoleRequest, { queue, now, kept }: QueueView): Promise<Html> {
  const mayRead = request.may('payload', queue.name);
  const key = `errors ${queue.name} ${mayRead}`;
  const groups = await kept.of(key, KEEP_MS, () => groupErrors(request.executor, queue.name, mayRead));
  const seen = groups.reduce((sum, { attempts }) => sum + attempts, 0);
  const which = seen >= ERRORS_LOOKED_AT ? `the latest ${count(seen)} attempts that failed` : 'last hour';
  const rows = groups.map((group) => errorRow(queue.name, group, mayRead, now));
  return html`<section class="panel" id="errors" aria-labelledby="h-errors"><header><h2 id="h-errors">Recent errors</h2><span class="small dim">${which}, grouped by status and message</span></header>${
    rows.length === 0
      ? html`<div class="body dim">No attempt failed in the last hour.</div>`
      : html`<div class="scroll" tabindex="0" role="group" aria-label="Error groups"><table class="errors"><thead><tr><th scope="col">Status</th><th scope="col">Message</th><th scope="col" class="num">Attempts</th><th scope="col" class="num">Last seen</th></tr></thead><tbody>${rows}</tbody></table></div>`
  }</section>`;
}

function errorRow(
  queue: string,
  { status, reason, message, attempts, last, task }: ErrorGroup,
  mayRead: boolean,
  now: Date,
): Html {
  const text = message ? visible(message) : reason;
  const hidden =
    mayRead || status === 0 ? '' : html` <span class="small dim">its answer needs the right payload</span>`;
  return html`<tr><td>${answerCode(status)}</td><td><a class="plain" href="${taskPath(queue, task)}" title="One of its tasks"><bdi>${text}</bdi></a>${hidden}</td><td class="num">${count(attempts)}</td><td class="num">${relativeTime(last, now)}</td></tr>`;
}
