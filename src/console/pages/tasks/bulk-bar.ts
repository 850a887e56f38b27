// Acts on several tasks: the bar with their count. Without JavaScript it is always there, and acts on what is ticked.

import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import { count } from '../../parts/figures.ts';
import { formToken } from '../../parts/forms.ts';
import { icon } from '../../parts/icons.ts';
import { queuePath } from '../../parts/paths.ts';
import type { ConsoleRequest } from '../../route.ts';
import { filterText } from './filter.ts';
import { addressOf, matchText, type TaskList } from './task-list.ts';

export function bulkBar(request: ConsoleRequest, list: TaskList): Html | string {
  const { queue, mode, words, after, page, all } = list;
  if (!request.may('operate', queue) || page.rows.length === 0) return '';
  return html`<form class="bulk" id="bulk" method="post" action="${queuePath(queue, 'tasks')}" aria-label="Selected tasks" ${all === undefined ? html`data-bulk` : ''}>${formToken(request)}
<input type="hidden" name="filter" value="${filterText(words.words)}">${after === undefined ? '' : html`<input type="hidden" name="after" value="${after}">`}
${all === undefined ? selected(list) : html`<input type="hidden" name="all" value="${all}"><span><b>${all === 1 ? 'The 1 task' : `All ${count(all)} tasks`}</b> that match ${all === 1 ? 'is' : 'are'} selected. <a href="${addressOf(queue, words.words)}">Clear</a></span>`}
<div class="acts">${mode === 'push' ? html`<button class="btn" type="submit" name="act" value="run" data-key="r">${icon('run')}Run now</button>` : ''}
<button class="btn risk" type="submit" name="act" value="delete">${icon('bin')}Delete…</button></div></form>`;
}

/** The way to all that match, with their number: it is counted, never guessed. */
function selected({ queue, words, page, matches }: TaskList): Html {
  const more = matches.tasks > page.rows.length || matches.position !== null;
  const way = addressOf(queue, words.words, { all: matches.tasks });
  return html`<span><b data-bulk-count>Tick tasks</b><span data-bulk-where> to act on them</span>. ${more ? html`<a href="${way}">Select ${matches.position === null ? `all ${matchText(matches)}` : `the first ${count(matches.tasks)}`} that match</a> <span data-bulk-clear hidden>or </span>` : ''}<button class="link" type="reset" data-bulk-clear hidden>clear</button></span>`;
}
