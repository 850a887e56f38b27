// The rows of a list of tasks. What changes while the page is open stands in elements with ids, which are made of the
// task's name: they stay right whatever the order.

import { createHash } from 'node:crypto';
import { html } from 'hono/html';
import type { FoundTask } from '../../../domain/found-task.ts';
import type { Cells, Html } from '../../html.ts';
import { answerCode } from '../../parts/answer-code.ts';
import { shownDuration } from '../../parts/figures.ts';
import { relativeTime } from '../../parts/moments.ts';
import { taskPath } from '../../parts/paths.ts';
import { state, TASK_STATES } from '../../parts/state.ts';
import { isolated, visible } from '../../parts/text.ts';

/** A row; with a box to select it, if the caller may act on tasks. */
export function rowOfTask(task: FoundTask, now: Date, selectable: boolean): Html {
  const cells = cellsOfTask(task, now);
  const cell = (part: string) => cells.get(cellId(task.name, part)) ?? '';
  return html`<tr role="row" id="${cellId(task.name, 'row')}" data-row>
${selectable ? html`<td role="cell" class="c-box"><input type="checkbox" name="name" value="${task.name}" form="bulk" aria-label="Select ${task.name}"></td>` : ''}
<th role="rowheader" scope="row" class="c-name"><a class="tname" href="${taskPath(task.queue, task.name)}" title="${task.name}">${isolated(clippedName(task.name))}</a></th>
<td role="cell" class="c-state">${cell('state')}</td>
<td role="cell" class="c-url"><span class="clip mono small"><span class="dim">${task.method}</span> ${shownSubject(task)}</span></td>
<td role="cell" class="num c-eta">${cell('eta')}</td>
<td role="cell" class="c-try nowrap">${cell('tries')}</td>
<td role="cell" class="drop-s">${cell('answer')}</td>
<td role="cell" class="num drop-s dim">${cell('took')}</td>
<td role="cell" class="num drop-s dim">${relativeTime(task.created, now)}</td></tr>`;
}

/** The parts of a row that change. */
export function cellsOfTask(task: FoundTask, now: Date): Map<string, Html> {
  const { statuses, retryCount, lastStatus, seconds } = task;
  const parts: Record<string, Html> = {
    state: state(TASK_STATES[task.state]),
    eta: relativeTime(task.eta, now),
    tries: retryCount === 0 ? html`<span class="dim">0</span>` : html`${ticks(statuses)}${retryCount}`,
    answer: answerCode(lastStatus),
    took: seconds === null ? html`` : html`${shownDuration(seconds)}`,
  };
  return new Map(
    Object.entries(parts).map(([part, body]) => [cellId(task.name, part), element(task.name, part, body)]),
  );
}

/** The parts of rows, of tasks that are live and of those that have ended. */
export function cellsOfRows(tasks: readonly FoundTask[], names: readonly string[], now: Date): Cells {
  const live = new Map(tasks.map((task) => [task.name, task]));
  return new Map(
    names.flatMap((name) => {
      const task = live.get(name);
      return task ? [...cellsOfTask(task, now)] : [...cellsOfEnded(name)];
    }),
  );
}

function cellsOfEnded(name: string): Map<string, Html> {
  const ended = state({ tone: 'dim', icon: 'tombstone', word: 'ended' });
  return new Map(
    Object.entries({ state: ended, eta: html`` }).map(([part, body]) => [
      cellId(name, part),
      element(name, part, body),
    ]),
  );
}

function element(name: string, part: string, body: Html): Html {
  return html`<span id="${cellId(name, part)}">${body}</span>`;
}

function cellId(name: string, part: string): string {
  return `t${createHash('sha256').update(name).digest('hex').slice(0, 12)}-${part}`;
}

/** One mark for each recorded attempt; hollow: no answer. */
function ticks(statuses: readonly number[]): Html {
  if (statuses.length === 0) return html``;
  return html`<span class="tries" aria-hidden="true">${statuses.map((status) => html`<i class="${status === 0 ? 'none' : status < 300 ? 'ok' : ''}"></i>`)}</span>`;
}

/** Generated names are long and differ at both ends. */
export function clippedName(name: string): string {
  return name.length > 40 ? `${name.slice(0, 22)}…${name.slice(-10)}` : name;
}

function shownSubject({ url, tag }: FoundTask): Html | string {
  if (url !== null) return visible(url);
  return tag === null ? '' : html`<span class="dim">tag</span> ${visible(tag)}`;
}
