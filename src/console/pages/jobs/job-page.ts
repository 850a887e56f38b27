// A job: how far is it, and what did it leave alone?

import { html } from 'hono/html';
import type { Job } from '../../../domain/job.ts';
import type { Cells, Html } from '../../html.ts';
import { count, shownDuration } from '../../parts/figures.ts';
import { actButton } from '../../parts/forms.ts';
import { clockTime } from '../../parts/moments.ts';
import { queuePath } from '../../parts/paths.ts';
import { type State, statePill } from '../../parts/state.ts';
import { isolated, visible } from '../../parts/text.ts';
import type { ConsoleRequest, Page } from '../../route.ts';

const VERBS = {
  run: { title: 'Run', past: 'run' },
  delete: { title: 'Delete', past: 'deleted' },
  requeue: { title: 'Requeue', past: 'requeued' },
  delete_dead: { title: 'Delete', past: 'deleted' },
} as const satisfies Record<Job['act'], object>;

const STATES = {
  running: { tone: 'flow', icon: 'sent', word: 'running' },
  done: { tone: 'good', icon: 'fine', word: 'done' },
  cancelled: { tone: 'held', icon: 'cross', word: 'cancelled' },
  failed: { tone: 'bad', icon: 'warning', word: 'failed' },
} as const satisfies Record<Job['state'], State>;

export function jobPage(request: ConsoleRequest, job: Job): Page {
  const title = `${VERBS[job.act].title} ${count(job.tasks)} ${isDead(job) ? 'dead ' : ''}${job.tasks === 1 ? 'task' : 'tasks'} of ${job.queue}`;
  const cells = jobCells(job);
  return {
    title,
    section: isDead(job) ? 'dead' : 'tasks',
    body: html`<nav class="crumbs" aria-label="Where"><a href="queues">Queues</a><span aria-hidden="true">/</span><a href="${queuePath(job.queue)}">${isolated(job.queue)}</a><span aria-hidden="true">/</span><a href="${listOf(job)}">${isDead(job) ? 'Dead tasks' : 'Tasks'}</a><span aria-hidden="true">/</span><span>Job ${job.id}</span></nav>
<div class="head"><h1>${title}</h1>${cells.get('job-state') ?? ''}<div class="acts">${job.state === 'running' && request.may('operate', job.queue) ? actButton(request, `jobs/${job.id}/cancel`, { label: 'Cancel', icon: 'cross' }) : ''}<a class="btn" href="${listOf(job)}">Back to the list</a></div></div>
<section class="panel" aria-labelledby="h-job"><header><h2 id="h-job">Progress</h2></header><div class="body">${cells.get('job-progress') ?? ''}</div></section>
<section class="panel" aria-labelledby="h-what"><header><h2 id="h-what">What it does</h2></header><div class="body">${what(job)}</div></section>`,
  };
}

export function jobCells(job: Job): Cells {
  return new Map([
    ['job-state', html`<span id="job-state">${statePill(STATES[job.state])}</span>`],
    ['job-progress', html`<div id="job-progress" class="grid">${progress(job)}</div>`],
  ]);
}

function progress(job: Job): Html {
  const share = Math.min(100, Math.round((job.done / job.tasks) * 100));
  const seconds = ((job.ended ?? job.advanced).getTime() - job.created.getTime()) / 1_000;
  const figure = (label: string, value: string, more = '') =>
    html`<div><dt>${label}</dt><dd>${value} <small>${more}</small></dd></div>`;
  return html`<span class="meter" role="progressbar" aria-label="Done" aria-valuenow="${share}" aria-valuemin="0" aria-valuemax="100" style="--v:${share}"></span>
<dl class="facts">${figure('Done', count(job.done), `of ${count(job.tasks)}`)}${figure('Left alone', count(job.skipped))}${figure('Looked at', count(job.lookedAt))}${figure(job.ended ? 'Took' : 'Since', shownDuration(Math.max(0, seconds)))}</dl>
<p class="dim" role="status">${said(job)}</p>`;
}

function said(job: Job): string {
  const { past } = VERBS[job.act];
  if (job.state === 'running') return 'It goes on when you leave this page, and when this server stops.';
  if (job.state === 'failed') return `It failed after ${count(job.done)}: ${job.problem ?? 'for an unknown reason'}.`;
  if (job.state === 'cancelled') return `It was cancelled; ${count(job.done)} were ${past} before.`;
  if (job.done === job.tasks) return `All ${count(job.tasks)} were ${past}.`;
  return `${count(job.done)} were ${past}. The others had changed, ended or started meanwhile${isDead(job) ? ', or their names are taken' : ''}.`;
}

function what(job: Job): Html {
  const now = new Date();
  const filter = Object.entries(job.filter ?? {}).map(([key, value]) => `${key} ${value}`);
  const which = job.names
    ? `${count(job.names.length)} tasks by their names`
    : isDead(job)
      ? 'those that were dead when it began'
      : filter.length > 0
        ? `those that match ${filter.join(', ')}`
        : 'by their ETA';
  return html`<dl class="pairs"><dt>Queue</dt><dd><a href="${queuePath(job.queue)}">${isolated(job.queue)}</a></dd><dt>Which</dt><dd>${visible(which)}</dd><dt>For</dt><dd>${isolated(job.actor ?? 'a session of the database')}</dd>${job.reason === null ? '' : html`<dt>Reason</dt><dd>${visible(job.reason)}</dd>`}<dt>Begun</dt><dd>${clockTime(job.created, now)}</dd>${job.ended ? html`<dt>Ended</dt><dd>${clockTime(job.ended, now)}</dd>` : ''}</dl>`;
}

function isDead({ act }: Job): boolean {
  return act === 'requeue' || act === 'delete_dead';
}

function listOf(job: Job): string {
  return isDead(job) ? `dead?queue=${encodeURIComponent(job.queue)}` : queuePath(job.queue, 'tasks');
}
