// Tombstones: which names are taken by tasks that have ended, and when are they free?

import { html } from 'hono/html';
import type { FoundPage, Tombstone } from '../../../domain/found-task.ts';
import { HttpError } from '../../../http/http-error.ts';
import { findTombstones, releaseName } from '../../../store/found-tasks.ts';
import type { Html } from '../../html.ts';
import { readableQueues } from '../../live/readable-queues.ts';
import { count } from '../../parts/figures.ts';
import { question } from '../../parts/forms.ts';
import { icon } from '../../parts/icons.ts';
import { relativeTime } from '../../parts/moments.ts';
import { empty } from '../../parts/notes.ts';
import { queuePath, withQuery } from '../../parts/paths.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Done, Page } from '../../route.ts';

const PATH = 'tombstones';

interface TombstoneList {
  queues: readonly string[];
  queue: string | undefined;
  /** A whole name, or its beginning and `*`. */
  name: string | undefined;
  after: string | undefined;
  /** Undefined: nothing has been asked for yet. */
  page: FoundPage<Tombstone> | undefined;
}

export function tombstonesRoutes(): ConsoleRoute[] {
  const needs = { right: 'operate', queue: 'queue' } as const;
  const path = '/tombstones/:queue/:name/release';
  return [
    { method: 'GET', path: '/tombstones', needs: { right: 'read', checkedInside: true }, answer: tombstonesPage },
    { method: 'GET', path, needs, answer: askToRelease },
    { method: 'POST', path, needs, answer: release },
  ];
}

async function tombstonesPage(request: ConsoleRequest): Promise<Page> {
  const list = await readList(request);
  return {
    title: 'Tombstones',
    section: 'tombstones',
    body: html`<div class="head"><h1>Tombstones</h1><p>The names of tasks that have ended. None of them can be used again before it is free, so that an event makes one task and not two.</p></div>
<section class="panel" aria-label="Tombstones">${search(list)}${found(request, list)}${foot(list)}</section>`,
  };
}

async function readList(request: ConsoleRequest): Promise<TombstoneList> {
  const queues = await readableQueues(request);
  const asked = request.query('queue');
  const queue = asked !== undefined && queues.includes(asked) ? asked : undefined;
  const [name, after] = [request.query('name'), request.query('after')];
  const prefix = name?.endsWith('*') ? name.slice(0, -1) : undefined;
  const isSearch = queue !== undefined || (name !== undefined && prefix === undefined);
  const whole = prefix === undefined ? name : undefined;
  const page = isSearch ? await findTombstones(request.executor, { queue, name: whole, prefix, after }) : undefined;
  return {
    queues,
    queue,
    name,
    after,
    page: page && { ...page, rows: page.rows.filter((row) => queues.includes(row.queue)) },
  };
}

function search({ queues, queue, name }: TombstoneList): Html {
  const option = (one: string) => html`<option value="${one}" ${one === queue ? html`selected` : ''}>${one}</option>`;
  return html`<form class="filter" action="${PATH}"><label class="sr" for="tomb-queue">Queue</label><select id="tomb-queue" name="queue"><option value="">All queues</option>${queues.map(option)}</select>
<div class="tokens">${icon('find')}<input type="search" name="name" value="${name ?? ''}" aria-label="Name" placeholder="name, or its beginning and *" autocomplete="off" spellcheck="false"></div><button class="btn" type="submit">Find</button></form>`;
}

function found(request: ConsoleRequest, list: TombstoneList): Html {
  const { page, queue, name } = list;
  if (!page)
    return empty(
      name?.endsWith('*') ? 'Choose the queue whose names begin like this.' : 'Which name?',
      'A whole name is found at once, on every queue. The beginning of names, or the latest of all, within one queue.',
    );
  if (page.rows.length === 0 && page.position !== null)
    return empty(
      `None of the ${count(page.lookedAt)} names that were looked at begins like this.`,
      'More names follow: continue below.',
    );
  if (page.rows.length === 0)
    return name === undefined
      ? empty(`No name of ${queue} is taken by a task that has ended.`, 'Only tasks that were given a name leave one.')
      : empty('This name is free.', 'No task that has ended keeps it from being used.');
  return table(request, page.rows);
}

function table(request: ConsoleRequest, rows: readonly Tombstone[]): Html {
  const now = new Date();
  const head = (text: string, kind = '') => html`<th scope="col" role="columnheader" class="${kind}">${text}</th>`;
  const line = ({ queue, name, ended, expires }: Tombstone) => html`<tr role="row" data-row>
<th role="rowheader" scope="row" class="c-name"><span class="tname">${isolated(name)}</span></th><td role="cell" class="c-queue"><a class="plain" href="${queuePath(queue)}">${isolated(queue)}</a></td>
<td role="cell" class="num" data-k="Ended">${relativeTime(ended, now)}</td><td role="cell" class="num" data-k="Free">${relativeTime(expires, now)}</td>
<td role="cell" class="c-act">${request.may('operate', queue) ? html`<a class="btn" href="${releasePath(queue, name)}" data-dialog>Release…<span class="sr"> ${name}</span></a>` : ''}</td></tr>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Tombstone list"><table class="tasks tombs cards" role="table"><caption class="sr">Tombstones, those that are kept longest first</caption><thead role="rowgroup"><tr role="row">${head('Name')}${head('Queue')}${head('Ended', 'num')}${head('Free', 'num')}<th scope="col" role="columnheader"><span class="sr">Acts</span></th></tr></thead><tbody role="rowgroup">${rows.map(line)}</tbody></table></div>`;
}

function foot({ queue, name, after, page }: TombstoneList): Html | string {
  if (!page) return '';
  const way = (from?: string) => withQuery(PATH, { queue, name, after: from });
  const bounded = name?.endsWith('*');
  return html`<p class="foot"><span>${count(page.rows.length)} shown${bounded ? ` · looked at ${count(page.lookedAt)} names` : name === undefined ? ', the latest at most 100' : ''}</span><span class="acts">${after === undefined ? '' : html`<a class="btn" href="${way()}">First</a>`}${page.position === null ? '' : html`<a class="btn" href="${way(page.position)}">Continue ${icon('next')}</a>`}</span></p>`;
}

function releasePath(queue: string, name: string): string {
  return `${PATH}/${encodeURIComponent(queue)}/${encodeURIComponent(name)}/release`;
}

function askToRelease(request: ConsoleRequest): Page {
  const [queue, name] = [request.param('queue'), request.param('name')];
  const body = question(request, {
    title: 'Release this name?',
    text: html`<p><b class="mono">${isolated(name)}</b> of ${isolated(queue)} can then be given to a new task. Whoever adds it again for the same event makes the event happen twice.</p>`,
    action: releasePath(queue, name),
    fields: html`<div class="field"><label for="reason">Why, for the audit</label><input id="reason" name="reason" maxlength="500" required autocomplete="off"></div>`,
    button: { label: 'Release the name', kind: 'risk' },
    back: withQuery(PATH, { queue, name }),
  });
  return { title: 'Release this name?', section: 'tombstones', body };
}

async function release(request: ConsoleRequest): Promise<Done> {
  const [queue, name] = [request.param('queue'), request.param('name')];
  const reason = (await request.form()).get('reason');
  if (reason === undefined) throw new HttpError(400, 'say why the name is released: the audit keeps it');
  await releaseName(request.executor, queue, name, reason);
  return { goTo: withQuery('tombstones', { queue }), note: `The name ${name} is free.` };
}
