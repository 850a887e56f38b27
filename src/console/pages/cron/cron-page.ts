// Cron: which jobs run when, how did they end, what is wrong with them?

import { html } from 'hono/html';
import type { Cron } from '../../../domain/cron/cron.ts';
import { plannedRuns } from '../../../domain/cron/planned-runs.ts';
import type { Attempt } from '../../../domain/task.ts';
import { HttpError } from '../../../http/http-error.ts';
import { listAttempts } from '../../../store/attempts.ts';
import { listCrons, runCron } from '../../../store/crons.ts';
import type { Cells, Html } from '../../html.ts';
import { answerCode } from '../../parts/answer-code.ts';
import { shownDuration } from '../../parts/figures.ts';
import { actButton } from '../../parts/forms.ts';
import { clockTime, relativeTime } from '../../parts/moments.ts';
import { command, empty, source } from '../../parts/notes.ts';
import { queuePath, taskPath } from '../../parts/paths.ts';
import { type State, state } from '../../parts/state.ts';
import { isolated, visible } from '../../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Done, Page } from '../../route.ts';

const PATH = 'cron';
/** Attempts of each queue that are looked at for recent runs. */
const MOST_ATTEMPTS = 200;
const RECENT = 5;

export function cronRoutes(): ConsoleRoute[] {
  const needs = (right: 'read' | 'operate') => ({ right, checkedInside: true }) as const;
  return [
    { method: 'GET', path: `/${PATH}`, needs: needs('read'), answer: cronPage, cells: cronCells },
    { method: 'POST', path: `/${PATH}/:job/run`, needs: needs('operate'), answer: runJob },
  ];
}

async function cronPage(request: ConsoleRequest): Promise<Page> {
  const cells = await cronCells(request);
  return {
    title: 'Cron',
    section: 'cron',
    body: html`<div class="head"><h1>Cron</h1><span class="small dim">each run is a task of the job’s queue</span></div>${[...cells.values()]}`,
  };
}

async function cronCells(request: ConsoleRequest): Promise<Cells> {
  const jobs = (await listCrons(request.executor)).filter(({ queue }) => request.may('read', queue));
  if (jobs.length === 0) return new Map([['cron-jobs', noJobs(request)]]);
  const attempts = await attemptsOf(request, jobs);
  const now = new Date();
  return new Map(jobs.map((job) => [idOf(job), jobPanel(request, job, attempts, now)]));
}

const idOf = ({ name }: Cron) => `cron-${encodeURIComponent(name)}`;

const noJobs = ({ address }: ConsoleRequest) =>
  html`<section class="panel" id="cron-jobs">${empty(
    'No scheduled jobs yet.',
    'Write a cron.yaml, as for App Engine, and apply it:',
    source(
      'cron.yaml',
      'cron:\n- description: send the weekly summary\n  url: /tasks/summary\n  schedule: every monday 09:00\n  timezone: Europe/Berlin',
    ),
    command(address, 'cron apply cron.yaml'),
  )}</section>`;

/** The latest attempts of the queues of all jobs. */
async function attemptsOf(request: ConsoleRequest, jobs: readonly Cron[]): Promise<Attempt[]> {
  const queues = [...new Set(jobs.map(({ queue }) => queue))];
  const lists = queues.map((queue) => listAttempts(request.executor, queue, { limit: MOST_ATTEMPTS }));
  return (await Promise.all(lists)).flat();
}

function jobPanel(request: ConsoleRequest, job: Cron, attempts: readonly Attempt[], now: Date): Html {
  const { name, description, problem, queue } = job;
  const run = request.may('operate', queue)
    ? actButton(request, `${PATH}/${encodeURIComponent(name)}/run`, { label: 'Run now', icon: 'run', key: 'r' })
    : '';
  return html`<section class="panel" id="${idOf(job)}" aria-label="Cron job ${visible(name)}"><header><h2>${isolated(name)}</h2>${state(stateOf(job))}<div class="acts">${run}</div></header><div class="body">
${description ? html`<p>${visible(description)}</p>` : ''}${problem ? html`<p class="hint bad">${visible(problem)}</p>` : ''}
<div class="grid thirds"><div><h3>When</h3><dl class="pairs">${scheduleOf(job)}</dl></div><div><h3>Next runs</h3>${nextRunsOf(job, now)}</div><div><h3>Last runs</h3>${lastRunsOf(job, attempts, now)}</div></div></div></section>`;
}

function stateOf({ problem, state: of, lastResult }: Cron): State {
  if (of === 'no queue') return { tone: 'bad', icon: 'warning', word: 'no queue' };
  if (problem) return { tone: 'bad', icon: 'warning', word: 'problem' };
  if (of === 'paused') return { tone: 'held', icon: 'pause', word: 'queue paused' };
  if (of === 'disabled') return { tone: 'dim', icon: 'off', word: 'queue disabled' };
  if (lastResult === 'running') return { tone: 'flow', icon: 'sent', word: 'running' };
  return { tone: 'flow', icon: 'later', word: 'scheduled' };
}

function scheduleOf({ schedule, timezone, url, queue, target, callsUrl, catchUp }: Cron): Html {
  return html`<dt>Schedule</dt><dd>${visible(schedule)}</dd><dt>Zone</dt><dd>${visible(timezone)}</dd>
<dt>${callsUrl ? 'Calls' : 'Adds a task'}</dt><dd><code>${callsUrl ? 'GET ' : ''}${visible(url ?? 'without a URL')}</code></dd>
${target ? html`<dt>Target</dt><dd>${isolated(target)}</dd>` : ''}<dt>Queue</dt><dd><a href="${queuePath(queue)}">${isolated(queue)}</a></dd>
${catchUp ? html`<dt>Missed runs</dt><dd>made up for, once</dd>` : ''}`;
}

function nextRunsOf(job: Cron, now: Date): Html {
  const runs = job.problem && job.nextRun === null ? [] : plannedRuns(job, now);
  if (runs.length === 0) return html`<p class="dim">None: the schedule cannot be read.</p>`;
  return html`<ol class="runs">${runs.map((run) => html`<li><span>${clockTime(run, now)}</span><span class="dim">${relativeTime(run, now)}</span></li>`)}</ol>`;
}

const RESULTS = {
  running: { tone: 'flow', icon: 'sent', word: 'running' },
  succeeded: { tone: 'good', icon: 'fine', word: 'succeeded' },
  failed: { tone: 'bad', icon: 'dead', word: 'failed' },
} as const satisfies Record<string, State>;

function lastRunsOf(
  { name, queue, lastRun, lastTask, lastResult, lastStatus }: Cron,
  all: readonly Attempt[],
  now: Date,
): Html {
  if (lastRun === null || lastTask === null) return html`<p class="dim">It has not run yet.</p>`;
  const failed = all.filter((each) => each.queue === queue && each.name.startsWith(`${name}-`)).slice(0, RECENT);
  return html`<ol class="runs"><li><span>${relativeTime(lastRun, now)}</span><span>${lastResult ? state(RESULTS[lastResult]) : ''} ${lastResult === 'failed' ? answerCode(lastStatus) : ''}</span><a class="small" href="${taskPath(queue, lastTask)}">its task</a></li>
${failed.map((each) => html`<li><span class="dim">${relativeTime(each.ended, now)}</span><span>${each.reason === null ? state({ tone: 'good', icon: 'fine', word: 'after failures' }) : state({ tone: 'slow', icon: 'again', word: `attempt ${each.attempt} failed` })} ${answerCode(each.status)} <span class="small dim">${shownDuration(each.seconds)}</span></span><a class="small" href="${taskPath(queue, each.name)}">its task</a></li>`)}</ol>`;
}

async function runJob(request: ConsoleRequest): Promise<Done> {
  const name = request.param('job');
  const job = (await listCrons(request.executor)).find((each) => each.name === name);
  if (!job || !request.may('operate', job.queue)) throw new HttpError(404, `there is no cron job ${name}`);
  const task = await runCron(request.executor, name);
  return { goTo: PATH, note: `Added ${task.name} to queue ${task.queue}.` };
}
