// The filter of a list of tasks: words that links remove, a field that adds more, and the states as links.

import { html } from 'hono/html';
import { listSql } from '../../calls/list-sql.ts';
import type { Html } from '../../html.ts';
import { count } from '../../parts/figures.ts';
import { icon } from '../../parts/icons.ts';
import { note } from '../../parts/notes.ts';
import { queuePath } from '../../parts/paths.ts';
import { TASK_STATES } from '../../parts/state.ts';
import { isolated } from '../../parts/text.ts';
import { type FilterWords, filterText } from './filter.ts';
import { addressOf, type TaskList } from './task-list.ts';

/** The states as links; the figures beside them are capped where counting further would cost. */
export function statesBar({ queue, mode, words, statistics }: TaskList): Html {
  const others = words.words.filter((word) => !word.startsWith('state:'));
  const held = mode === 'pull' ? 'leased' : 'dispatched';
  const entry = (state: keyof typeof TASK_STATES | undefined, label: string, figure = '') => {
    const current = state === words.filter.state;
    const way = addressOf(queue, state === undefined ? others : [...others, `state:${state}`]);
    return html`<a href="${way}" ${current ? html`aria-current="true"` : ''}>${current && state ? icon(TASK_STATES[state].icon) : ''}${label}${figure === '' ? '' : html` ${figure}`}</a>`;
  };
  return html`<nav class="seg" aria-label="State">${entry(undefined, 'All', count(statistics.tasks))}${entry('due', 'Due', capped(statistics.due))}${entry('retrying', 'Retrying')}${entry('scheduled', 'Scheduled')}${entry(held, mode === 'pull' ? 'Leased' : 'In flight', statistics.inFlight === null ? '' : count(statistics.inFlight))}</nav>`;
}

const capped = (figure: number) => (figure >= 100 ? '100+' : String(figure));

export function filterBox({ queue, words }: TaskList): Html {
  const token = (word: string) => {
    const way = addressOf(
      queue,
      words.words.filter((one) => one !== word),
    );
    return html`<span class="token">${isolated(word)}<a href="${way}" aria-label="Remove ${word}">${icon('cross')}</a></span>`;
  };
  return html`<form class="filter" action="${queuePath(queue, 'tasks')}"><input type="hidden" name="filter" value="${filterText(words.words)}">
<div class="tokens">${icon('find')}${words.words.map(token)}<input type="search" name="add" aria-label="Add a filter" placeholder="name, url, status, tag, age…" autocomplete="off" spellcheck="false" data-filter></div>
<button class="btn" type="submit">Filter</button>
<details class="menu"><summary class="btn bare">${icon('copy')}Copy as SQL</summary><pre class="src" tabindex="0" aria-label="The list as SQL" data-copy>${listSql(queue, words.filter)}</pre></details></form>`;
}

export function filterProblems({ problems }: FilterWords): Html | string {
  if (problems.length === 0) return '';
  return html`<div class="inset">${note({
    tone: 'bad',
    icon: 'warning',
    title: `${sentence(problems)}.`,
    text: 'For example: state:retrying attempts:>3 status:5xx url:/send name:order-* age:>1h',
  })}</div>`;
}

function sentence(problems: readonly string[]): string {
  const text = problems.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
