// How an attempt was answered: the code, in the colour of its class.

import { html } from 'hono/html';
import type { Html } from '../html.ts';

/** @param status 0: there was no answer; null: there was no attempt, and nothing is shown */
export function answerCode(status: number | null): Html {
  if (status === null) return html``;
  if (status === 0) return html`<span class="code">no answer</span>`;
  return html`<span class="code ${classOf(status)}">${status}</span>`;
}

function classOf(status: number): string {
  if (status >= 500) return 'bad';
  if (status >= 300) return 'slow';
  return status >= 200 ? 'good' : '';
}
