// Dispatchers: which are connected, since when, and what does each lead? No heartbeat is written: their sessions and
// locks show them.

import { html } from 'hono/html';
import { endSessionSql } from '../../../schema/doctor/end-session.ts';
import {
  type DispatcherSession,
  listDispatcherSessions,
  listUnauthorizedLocks,
  type UnauthorizedLock,
} from '../../../store/dispatcher-sessions.ts';
import type { Cells, Html } from '../../html.ts';
import { dataTable } from '../../parts/data-table.ts';
import { count } from '../../parts/figures.ts';
import { relativeTime } from '../../parts/moments.ts';
import { empty, note, source } from '../../parts/notes.ts';
import { queuePath } from '../../parts/paths.ts';
import { state } from '../../parts/state.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Page } from '../../route.ts';

/** Queues that are named in a row; the others are in its details. */
const NAMED = 10;

/** The attempts of a queue that await their response. */
export type InFlightOf = () => readonly { queue: string; inFlight: number }[];

/** @param led the queues that this process leads */
export function dispatchersRoutes(led: InFlightOf): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/dispatchers',
      needs: { right: 'read', checkedInside: true },
      answer: (request) => dispatchersPage(request, led),
      cells: (request) => dispatchersCells(request, led),
    },
  ];
}

async function dispatchersPage(request: ConsoleRequest, led: InFlightOf): Promise<Page> {
  const cells = await dispatchersCells(request, led);
  return {
    title: 'Dispatchers',
    section: 'dispatchers',
    body: html`<div class="head"><h1>Dispatchers</h1><span class="small dim">known by their sessions and locks; nothing is written for them</span></div>${[...cells.values()]}`,
  };
}

async function dispatchersCells(request: ConsoleRequest, led: InFlightOf): Promise<Cells> {
  const { executor } = request;
  const [sessions, unauthorized, { queues }] = await Promise.all([
    listDispatcherSessions(executor),
    listUnauthorizedLocks(executor),
    request.snapshot(),
  ]);
  const may = (queue: string) => request.may('read', queue);
  const taken = new Set(sessions.flatMap(({ queues }) => queues));
  const running = queues.filter(({ mode, state }) => mode === 'push' && state === 'running').map(({ name }) => name);
  const unled = running.filter((queue) => !taken.has(queue) && may(queue)).sort((a, b) => a.localeCompare(b));
  const own = led().filter(({ queue }) => may(queue));
  return new Map<string, Html>([
    ['dispatchers-unled', unledNote(unled, sessions.length)],
    ['dispatchers-list', sessionsPanel(sessions, may)],
    ['dispatchers-own', ownPanel(own)],
    ['dispatchers-unauthorized', unauthorizedPanel(unauthorized.filter(({ queue }) => queue === null || may(queue)))],
  ]);
}

function unledNote(unled: readonly string[], dispatchers: number): Html {
  if (unled.length === 0) return html`<div id="dispatchers-unled"></div>`;
  const what = `${count(unled.length)} ${unled.length === 1 ? 'queue has' : 'queues have'} no leader.`;
  const why =
    dispatchers === 0
      ? html`No dispatcher is connected, so push tasks wait. Start one: <code>npx pgtaskqueue serve</code>`
      : html`A dispatcher takes over within seconds, unless another session holds the lock or the lock table is full. ${namesOf(unled)}`;
  return html`<div id="dispatchers-unled">${note({ tone: 'bad', icon: 'warning', title: what, text: why })}</div>`;
}

function sessionsPanel(sessions: readonly DispatcherSession[], may: (queue: string) => boolean): Html {
  if (sessions.length === 0)
    return html`<section class="panel" id="dispatchers-list" aria-label="Connected dispatchers">${empty('No dispatcher is connected.', 'Push tasks wait until one is; adding and leasing work without.', source('Command', 'npx pgtaskqueue serve'))}</section>`;
  const now = new Date();
  const columns = [{ title: 'Dispatcher' }, { title: 'Connected' }, { title: 'Address' }, { title: 'Leads' }];
  const rows = sessions.map((session) => ({
    id: `dispatcher-${session.pid}`,
    cells: [
      html`<span class="two"><b>${isolated(session.application || 'no name')}</b><span>session ${session.pid}${session.role ? html`, role ${isolated(session.role)}` : ''}</span></span>`,
      session.since ? relativeTime(session.since, now) : html`<span class="dim">hidden</span>`,
      session.client ?? html`<span class="dim">local or hidden</span>`,
      leads(session.queues, may),
    ],
  }));
  return html`<section class="panel" id="dispatchers-list" aria-label="Connected dispatchers">${dataTable('Connected dispatchers', columns, rows)}</section>`;
}

function leads(queues: readonly string[], may: (queue: string) => boolean): Html {
  const visible = queues.filter(may);
  const hidden = queues.length - visible.length;
  const others =
    hidden === 0
      ? ''
      : html` <span class="dim">${visible.length === 0 ? '' : 'and '}${count(hidden)} that you may not see</span>`;
  if (queues.length === 0) return html`<span class="dim">none yet</span>`;
  return html`<span class="two"><b>${count(queues.length)} ${queues.length === 1 ? 'queue' : 'queues'}</b><span>${namesOf(visible)}${others}</span></span>`;
}

/** A few names, and the others behind a click. */
function namesOf(queues: readonly string[]): Html {
  const [first, rest] = [queues.slice(0, NAMED), queues.slice(NAMED)];
  if (rest.length === 0) return links(first);
  return html`${links(first)} <details class="inline-more"><summary>and ${count(rest.length)} more</summary>${links(rest)}</details>`;
}

function links(queues: readonly string[]): Html {
  return html`${queues.map((queue, index) => html`${index > 0 ? ', ' : ''}<a href="${queuePath(queue)}">${isolated(queue)}</a>`)}`;
}

function ownPanel(own: readonly { queue: string; inFlight: number }[]): Html {
  const busy = own.filter(({ inFlight }) => inFlight > 0).sort((a, b) => b.inFlight - a.inFlight);
  const sum = own.reduce((total, { inFlight }) => total + inFlight, 0);
  const text =
    own.length === 0
      ? 'This process leads no push queue.'
      : `This process leads ${count(own.length)} push ${own.length === 1 ? 'queue' : 'queues'}; ${count(sum)} ${sum === 1 ? 'attempt awaits' : 'attempts await'} a response.`;
  return html`<section class="panel" id="dispatchers-own" aria-labelledby="h-own"><header><h2 id="h-own">This process</h2></header><div class="body"><p class="dim">${text}</p>${busy.length === 0 ? '' : html`<ul class="chips">${busy.slice(0, 50).map(({ queue, inFlight }) => html`<li><a href="${queuePath(queue)}">${isolated(queue)}</a> <b>${count(inFlight)}</b></li>`)}</ul>`}</div></section>`;
}

function unauthorizedPanel(unauthorized: readonly UnauthorizedLock[]): Html {
  if (unauthorized.length === 0)
    return html`<section class="panel" id="dispatchers-unauthorized" aria-labelledby="h-locks"><header><h2 id="h-locks">Locks</h2></header><div class="body"><p>${state({ tone: 'good', icon: 'fine', word: 'fine' })} <span class="dim">Only sessions with a right to them hold locks of pgtaskqueue.</span></p></div></section>`;
  const now = new Date();
  const columns = [{ title: 'Session' }, { title: 'Lock' }, { title: 'Connected' }, { title: 'End it' }];
  const rows = unauthorized.map(({ pid, lock, queue, role, application, since }) => ({
    cells: [
      html`<span class="two"><b>${isolated(application || 'no name')}</b><span>session ${pid}${role ? html`, role ${isolated(role)}` : ''}</span></span>`,
      html`${lock}${queue === null ? '' : html` of ${isolated(queue)}`}`,
      since ? relativeTime(since, now) : 'hidden',
      source('SQL', endSessionSql(pid)),
    ],
  }));
  return html`<section class="panel" id="dispatchers-unauthorized" aria-labelledby="h-locks"><header><h2 id="h-locks">Locks without a right</h2><span class="small dim">they are ignored, and slow things down</span></header>${dataTable('Locks of sessions without a right to them', columns, rows)}</section>`;
}
