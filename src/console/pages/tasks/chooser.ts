// Tasks of which queue? Lists are by queue, as the tasks are in the database.

import { html } from 'hono/html';
import { count } from '../../parts/figures.ts';
import { icon } from '../../parts/icons.ts';
import { relativeTime } from '../../parts/moments.ts';
import { empty } from '../../parts/notes.ts';
import { queuePath } from '../../parts/paths.ts';
import { QUEUE_CONDITIONS, state } from '../../parts/state.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, Page } from '../../route.ts';

export async function tasksChooser(request: ConsoleRequest): Promise<Page> {
  const { queues: all, at: now } = await request.snapshot();
  const queues = all.filter(({ name }) => request.may('read', name));
  const busiest = queues.sort((a, b) => b.depth.tasks - a.depth.tasks || a.name.localeCompare(b.name));
  return {
    title: 'Tasks',
    section: 'tasks',
    body: html`<div class="head"><h1>Tasks</h1><p>Tasks are listed by queue. A task that you know by its name is found in the field above.</p></div>
<section class="panel" aria-label="Queues">${
      busiest.length === 0
        ? empty('No queue that you may read.', 'A token with the right read on a queue shows its tasks.')
        : html`<div class="scroll" tabindex="0" role="group" aria-label="Queue list"><table class="tasks chooser cards" role="table"><caption class="sr">Queues, the fullest first</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Queue</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader" class="num">Tasks</th><th scope="col" role="columnheader" class="num">Oldest ETA</th><th scope="col" role="columnheader" class="num">In flight</th></tr></thead>
<tbody role="rowgroup">${busiest.map((queue) => html`<tr role="row" data-row><th role="rowheader" scope="row" class="c-name"><a class="tname" href="${queuePath(queue.name, 'tasks')}">${isolated(queue.name)}</a></th><td role="cell" class="c-state">${state(queue.condition === 'running' && queue.mode === 'pull' ? QUEUE_CONDITIONS.pull : QUEUE_CONDITIONS[queue.condition])}</td><td role="cell" class="num" data-k="Tasks"><span class="${queue.depth.tasks === 0 ? 'dim' : 'big'}">${count(queue.depth.tasks)}</span></td><td role="cell" class="num" data-k="Oldest ETA">${queue.oldestEta === null ? html`<span class="dim">none</span>` : relativeTime(queue.oldestEta, now)}</td><td role="cell" class="num dim" data-k="In flight">${count(queue.inFlight)}</td></tr>`)}</tbody></table></div>`
    }
<p class="foot"><span>${count(queues.length)} ${queues.length === 1 ? 'queue' : 'queues'}</span><span class="acts"><a class="btn" href="dead">${icon('dead')}Dead tasks</a><a class="btn" href="tombstones">${icon('tombstone')}Tombstones</a></span></p></section>`,
  };
}
