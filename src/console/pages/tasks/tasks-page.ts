// The tasks of a queue: which ones, exactly, and what shall happen to them?

import { html } from 'hono/html';
import type { TaskCount } from '../../../domain/found-task.ts';
import type { QueueStatistics } from '../../../domain/queue.ts';
import { countTasks, describeTasks, findTasks } from '../../../store/found-tasks.ts';
import { fetchStatistics } from '../../../store/queue-statistics.ts';
import { describeQueue } from '../../../store/queues.ts';
import type { Cells, Html } from '../../html.ts';
import { count } from '../../parts/figures.ts';
import { icon } from '../../parts/icons.ts';
import { empty } from '../../parts/notes.ts';
import { queuePath, withQuery } from '../../parts/paths.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, GoTo, Page } from '../../route.ts';
import { bulkBar } from './bulk-bar.ts';
import { type FilterWords, parseFilter } from './filter.ts';
import { filterBox, filterProblems, statesBar } from './filter-box.ts';
import { namesShown, rememberShown } from './shown-tasks.ts';
import { addressOf, matchText, type TaskList } from './task-list.ts';
import { cellsOfRows, rowOfTask } from './task-rows.ts';

const PAGE_SIZE = 50;

export async function tasksPage(request: ConsoleRequest): Promise<Page | GoTo> {
  const queue = request.param('queue');
  const added = request.query('add');
  const words = parseFilter([request.query('filter'), added].join(' '));
  if (added !== undefined && words.problems.length === 0) return { goTo: addressOf(queue, words.words) };
  const list = await readList(request, queue, words);
  const now = new Date();
  return {
    title: `Tasks of ${queue}`,
    section: 'tasks',
    body: html`<nav class="crumbs" aria-label="Where"><a href="queues">Queues</a><span aria-hidden="true">/</span><a href="${queuePath(queue)}">${isolated(queue)}</a><span aria-hidden="true">/</span><span>Tasks</span></nav>
<div class="head"><h1>Tasks of ${isolated(queue)}</h1>${statesBar(list)}${addLink(request, queue)}</div>
<section class="panel" aria-label="Tasks">${filterBox(list)}${filterProblems(words)}${bulkBar(request, list)}
${list.page.rows.length > 0 ? table(request, list, now) : nothing(list)}${foot(list)}</section>`,
  };
}

/** The parts of the rows that are on the page at this address. */
export async function tasksCells(request: ConsoleRequest): Promise<Cells> {
  const queue = request.param('queue');
  const address = shownAt(request);
  const names = namesShown(address) ?? (await namesAgain(request, queue));
  rememberShown(address, names);
  return cellsOfRows(await describeTasks(request.executor, queue, names), names, new Date());
}

async function readList(request: ConsoleRequest, queue: string, words: FilterWords): Promise<TaskList> {
  const { executor } = request;
  const after = request.query('after');
  const isWhole = Object.keys(words.filter).length === 0;
  const [{ mode }, page, statistics, counted] = await Promise.all([
    describeQueue(executor, queue),
    findTasks(executor, queue, words.filter, { after, limit: PAGE_SIZE }),
    fetchStatistics(executor, queue),
    isWhole ? undefined : countTasks(executor, queue, words.filter),
  ]);
  const matches = counted ?? wholeCount(statistics);
  rememberShown(
    shownAt(request),
    page.rows.map(({ name }) => name),
  );
  const all = /^\d{1,12}$/.test(request.query('all') ?? '') ? Number(request.query('all')) : undefined;
  return { queue, mode, words, after, page, matches, statistics, all };
}

/** Statistics count up to 10 000 tasks exactly, and estimate what is beyond. */
function wholeCount({ tasks }: QueueStatistics): TaskCount {
  const most = 10_000;
  return { tasks: Math.min(tasks, most), lookedAt: Math.min(tasks, most), position: tasks < most ? null : 'more' };
}

async function namesAgain(request: ConsoleRequest, queue: string): Promise<string[]> {
  const { filter } = parseFilter(request.query('filter') ?? '');
  const page = await findTasks(request.executor, queue, filter, { after: request.query('after'), limit: PAGE_SIZE });
  return page.rows.map(({ name }) => name);
}

/** Tabs that differ in nothing else share what they show. */
function shownAt(request: ConsoleRequest): string {
  return JSON.stringify([request.param('queue'), request.query('filter') ?? '', request.query('after') ?? '']);
}

function addLink(request: ConsoleRequest, queue: string): Html {
  if (!request.may('enqueue', queue)) return html``;
  return html`<div class="acts"><a class="btn main" href="${withQuery('add', { queue })}">${icon('add')}Add a task</a></div>`;
}

function table(request: ConsoleRequest, list: TaskList, now: Date): Html {
  const selectable = request.may('operate', list.queue);
  const head = (text: string, kind = '') => html`<th scope="col" role="columnheader" class="${kind}">${text}</th>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Task list"><table class="tasks cards" role="table">
<caption class="sr">Tasks, the next to run first</caption><thead role="rowgroup"><tr role="row">
${selectable ? html`<th scope="col" role="columnheader"><input type="checkbox" data-select-page aria-label="Select this page" hidden></th>` : ''}
${head('Name')}${head('State')}${head(list.mode === 'pull' ? 'Tag' : 'Method and URL')}
<th scope="col" role="columnheader" aria-sort="ascending" class="num"><span class="sort">ETA${icon('down')}</span></th>
${head(list.mode === 'pull' ? 'Leases' : 'Attempts')}${head('Last answer')}${head('Took', 'num')}${head('Created', 'num')}
</tr></thead><tbody role="rowgroup">${list.page.rows.map((task) => rowOfTask(task, now, selectable))}</tbody></table></div>`;
}

function nothing({ queue, words, page, statistics }: TaskList): Html {
  if (page.position !== null)
    return empty(
      `None of the ${count(page.lookedAt)} tasks that were looked at matches.`,
      'More tasks follow: continue below.',
    );
  if (words.words.length === 0)
    return empty(`No tasks in ${queue}.`, 'Tasks appear here as soon as their transaction is committed.');
  const without = (word: string) =>
    html`<a class="btn" href="${addressOf(
      queue,
      words.words.filter((one) => one !== word),
    )}">Remove ${word}</a>`;
  return empty(
    `No task of ${queue} matches ${words.words.length === 1 ? 'this filter' : 'these filters'}.`,
    `The queue has ${count(statistics.tasks)} ${statistics.tasks === 1 ? 'task' : 'tasks'}.`,
    html`<div class="acts">${words.words.map(without)}<a class="btn bare" href="${addressOf(queue, [])}">Clear all</a></div>`,
  );
}

function foot({ queue, words, after, page, matches }: TaskList): Html {
  const next = page.position;
  const stopped = next !== null && page.rows.length < PAGE_SIZE;
  return html`<p class="foot"><span>${page.rows.length} of ${matchText(matches)}${words.words.length > 0 ? ' that match' : ''}${stopped ? ` · looked at ${count(page.lookedAt)}` : ''}</span><span class="acts"><span class="hide-s keys-hint"><kbd>x</kbd> select &nbsp; <kbd>j</kbd> <kbd>k</kbd> move &nbsp; <kbd>r</kbd> run now</span>
${after === undefined ? '' : html`<a class="btn" href="${addressOf(queue, words.words)}">First</a>`}
${next === null ? '' : html`<a class="btn" href="${addressOf(queue, words.words, { after: next })}">${stopped ? 'Continue' : 'Later ETAs'} ${icon('next')}</a>`}</span></p>`;
}
