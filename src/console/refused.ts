// Acts that the database refuses because of what was typed: the form is shown again, with the reason.

import { html } from 'hono/html';
import { httpStatusOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import type { Html } from './html.ts';
import type { Done, Page } from './route.ts';

/**
 * Acts, and shows the form again if what was typed is refused.
 *
 * @param form makes the page of the form with the reason in it
 */
export async function actOrAskAgain(act: () => Promise<Done | Page>, form: (why: Html) => Page): Promise<Done | Page> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof TaskQueueError) || ![400, 409].includes(httpStatusOf(error))) throw error;
    return form(reasonOf(error));
  }
}

function reasonOf({ message, hint }: TaskQueueError): Html {
  return html`<p class="hint bad" role="alert">${message}${hint ? html`. ${hint}` : ''}</p>`;
}
