// A task: why has it not run, what happened so far, what will be sent?

import { html } from 'hono/html';
import { bodyTabs } from '../../bodies/body-tabs.ts';
import type { Cells, Html } from '../../html.ts';
import { actButton, linkButton } from '../../parts/forms.ts';
import { clockTime, relativeTime } from '../../parts/moments.ts';
import { empty } from '../../parts/notes.ts';
import { queuePath, taskPath } from '../../parts/paths.ts';
import { type State, statePill, TASK_STATES } from '../../parts/state.ts';
import { isolated, visible } from '../../parts/text.ts';
import type { ConsoleRequest, Page } from '../../route.ts';
import { copyMenu, type Destination, destinationOf } from './copies.ts';
import { endPanel, whyPanel } from './gates.ts';
import { inForcePanel } from './in-force.ts';
import { storyPanel } from './story-panel.ts';
import { readStory, readStoryNow, retryOf, type StoryNow, type TaskStory } from './task-story.ts';

export async function taskPage(request: ConsoleRequest): Promise<Page> {
  const story = await readStory(request);
  const { queue, name, live, dead, completed } = story;
  const known = live ?? dead ?? completed;
  const now = new Date();
  const destination = await destinationOf(request, story);
  return {
    title: name,
    section: dead ? 'dead' : 'tasks',
    ...(known ? {} : { status: 404 }),
    body: html`<nav class="crumbs" aria-label="Where"><a href="queues">Queues</a><span aria-hidden="true">/</span><a href="${queuePath(queue.name)}">${isolated(queue.name)}</a><span aria-hidden="true">/</span><a href="${queuePath(queue.name, 'tasks')}">Tasks</a><span aria-hidden="true">/</span><span class="mono">${isolated(name)}</span></nav>
<div class="head"><h1 class="task-name">${isolated(name)}</h1>${stateOf(story)}${acts(request, story, destination)}</div>
${
  known
    ? html`${live ? whyPanel(story, now) : endPanel(story)}
<div class="grid side"><div class="grid">${storyOf(story, request, now)}</div>
<div class="grid">${requestPanel(story, destination)}${inForcePanel(story)}</div></div>`
    : missing(request, story, now)
}`,
  };
}

export async function taskCells(request: ConsoleRequest): Promise<Cells> {
  const story = await readStoryNow(request);
  const now = new Date();
  const { live, dead, completed } = story;
  const known = live ?? dead ?? completed;
  const cells = new Map([
    ['task-state', stateOf(story)],
    ['task-why', live ? whyPanel(story, now) : endPanel(story)],
  ]);
  if (known) cells.set('task-story', storyOf(story, request, now));
  return cells;
}

function storyOf(story: StoryNow, request: ConsoleRequest, now: Date): Html {
  const mayReadWords = request.may('payload', story.queue.name);
  return storyPanel({ story, retry: retryOf(story), trace: traceOf(story), mayReadWords, now });
}

function stateOf({ live, dead, completed }: StoryNow): Html {
  const shown: State = live
    ? TASK_STATES[live.state]
    : dead
      ? TASK_STATES.dead
      : completed
        ? TASK_STATES.done
        : { tone: 'dim', icon: 'tombstone', word: 'ended' };
  return html`<span id="task-state">${statePill(shown)}</span>`;
}

function acts(request: ConsoleRequest, story: TaskStory, destination: Destination): Html {
  const { queue, name, live, dead } = story;
  const operates = request.may('operate', queue.name);
  const path = (act: string) => taskPath(queue.name, name, act);
  const run = live && queue.mode === 'push' && operates;
  return html`<div class="acts">
${run ? actButton(request, path('run'), { label: 'Run now', icon: 'run', kind: 'main', key: 'r' }) : ''}
${dead && operates ? actButton(request, path('requeue'), { label: 'Requeue', icon: 'again', kind: 'main' }) : ''}
${copyMenu(story, destination)}
${(live || dead) && operates ? linkButton(path('delete'), { label: 'Delete…', icon: 'bin', kind: 'risk' }, true) : ''}</div>`;
}

function requestPanel(story: TaskStory, { url }: Destination): Html {
  const { queue, name, live, dead, details, body } = story;
  const task = live ?? dead;
  if (!task) return html``;
  const isPush = queue.mode === 'push';
  const line = isPush
    ? html`<p class="mono small"><b class="flow">${task.method}</b> ${visible(url ?? task.url ?? '')}</p>`
    : '';
  const shown = details
    ? bodyTabs(body, details.headers, taskPath(queue.name, name, 'payload'))
    : html`<p class="dim">Its ${isPush ? 'headers and body are' : 'payload is'} shown to callers with the right payload.</p>`;
  return html`<section class="panel" aria-labelledby="h-rq"><header><h2 id="h-rq">${isPush ? 'Request' : 'Payload'}</h2>${details ? html`<span class="small dim">stored bytes, shown as they are</span>` : ''}</header><div class="body">${line}${shown}</div></section>`;
}

function traceOf({ details }: StoryNow): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(details?.headers?.traceparent ?? '')?.[1];
}

/** A name without a task: when did it end, and when is the name free? */
function missing(request: ConsoleRequest, story: TaskStory, now: Date): Html {
  const { queue, name, tombstone, explanations } = story;
  const search = `tombstones?${new URLSearchParams({ queue: queue.name, name })}`;
  if (tombstone)
    return html`<section class="panel">${empty(
      'This task has ended.',
      html`<p>It was completed or deleted ${relativeTime(tombstone.ended, now)}, at ${clockTime(tombstone.ended, now)}. Its name is free again ${relativeTime(tombstone.expires, now)}, at ${clockTime(tombstone.expires, now)}.</p>`,
      html`<div class="acts"><a class="btn" href="${search}">See its tombstone</a></div>`,
    )}</section>`;
  const [first] = explanations;
  return html`<section class="panel">${empty(`Queue ${queue.name} has no task of this name.`, first?.detail ?? '', html`<div class="acts"><a class="btn" href="${queuePath(queue.name, 'tasks')}">Its tasks</a>${request.may('enqueue', queue.name) ? html`<a class="btn bare" href="add?${new URLSearchParams({ queue: queue.name })}">Add a task</a>` : ''}</div>`)}</section>`;
}
