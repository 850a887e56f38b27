// Pull queues: who holds what until when, and the tags of what waits.

import { html } from 'hono/html';
import { type LeaseGroup, listLeases, listTags } from '../../../store/queue-insights.ts';
import type { Html } from '../../html.ts';
import { count } from '../../parts/figures.ts';
import { age } from '../../parts/moments.ts';
import { visible } from '../../parts/text.ts';
import type { ConsoleRequest } from '../../route.ts';
import type { QueueView } from './queue-view.ts';

/** A lease that ends so soon is shown hatched. */
const SOON_MS = 10_000;
const MOST_LANES = 8;

export async function leasesPanel(request: ConsoleRequest, { queue, now }: QueueView): Promise<Html> {
  const leases = await listLeases(request.executor, queue.name);
  return html`<section class="panel" id="leases" aria-labelledby="h-leases"><header><h2 id="h-leases">Lease map</h2><span class="small dim">from taken to end, by tag; hatched ends within 10 s</span></header><div class="body">${leases.length === 0 ? html`<p class="dim">Nobody holds a task of this queue now.</p>` : lanes(leases, now)}</div></section>`;
}

function lanes(leases: readonly LeaseGroup[], now: Date): Html {
  const from = Math.min(...leases.map(({ taken }) => taken.getTime()), now.getTime() - 1_000);
  const to = Math.max(...leases.map(({ ends }) => ends.getTime()), now.getTime() + 1_000);
  const place = (at: number) => round(((at - from) / (to - from)) * 100);
  const byTag = Map.groupBy(leases, ({ tag }) => tag);
  const shown = [...byTag].slice(0, MOST_LANES).map(([tag, own]) => lane(tag, own, now, place));
  const rest = byTag.size > MOST_LANES ? html`<p class="small dim">${byTag.size - MOST_LANES} more tags</p>` : '';
  const axis = [from, now.getTime(), now.getTime() + (to - now.getTime()) / 2, to].map(
    (at) => html`<span style="left:${place(at)}%">${axisLabel(at - now.getTime())}</span>`,
  );
  return html`<div class="leases">${shown}<div class="lease" aria-hidden="true"><span></span><div class="lease-axis">${axis}</div><span></span></div></div>${rest}`;
}

function lane(tag: string | null, leases: readonly LeaseGroup[], now: Date, place: (at: number) => number): Html {
  const tasks = leases.reduce((sum, { tasks: n }) => sum + n, 0);
  const soon = leases.filter(({ ends }) => ends.getTime() - now.getTime() < SOON_MS).length;
  const bars = leases.slice(0, 12).map(({ taken, ends }) => {
    const isSoon = ends.getTime() - now.getTime() < SOON_MS;
    const [start, end] = [place(taken.getTime()), place(ends.getTime())];
    return html`<b class="${isSoon ? 'soon' : ''}" style="margin-left:${start}%;width:${round(end - start)}%"></b>`;
  });
  const label = `${tasks} tasks, ${leases.length} leases, ${soon} of them end within 10 s`;
  return html`<div class="lease"><div class="two"><b>${tag === null ? 'no tag' : html`<bdi>${visible(tag)}</bdi>`}</b><span>${leases.length === 1 ? 'one lease' : `${leases.length} leases`}${soon > 0 ? `, ${soon} end soon` : ''}</span></div><div class="lane" role="img" aria-label="${label}">${bars}<span style="position:absolute;inset-block:0;left:${place(now.getTime())}%;width:2px;background:var(--ink)"></span></div><div class="num"><span class="big">${count(tasks)} ${tasks === 1 ? 'task' : 'tasks'}</span></div></div>`;
}

function axisLabel(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds === 0) return 'now';
  return seconds < 0 ? `${-seconds}\u00a0s ago` : `+${seconds}\u00a0s`;
}

export async function tagsPanel(request: ConsoleRequest, { queue, now }: QueueView): Promise<Html> {
  const tags = await listTags(request.executor, queue.name);
  const rows = tags.map(
    ({ tag, free, leased, oldest }) =>
      html`<tr><th scope="row">${tag === null ? html`<span class="dim">no tag</span>` : html`<code><bdi>${visible(tag)}</bdi></code>`}</th><td class="num">${count(free)}</td><td class="num">${count(leased)}</td><td class="num">${oldest ? age(oldest, now) : '—'}</td></tr>`,
  );
  return html`<section class="panel" id="tags" aria-labelledby="h-tags"><header><h2 id="h-tags">Tags</h2><span class="small dim">of the first 2,000 tasks</span></header>${rows.length === 0 ? html`<div class="body dim">The queue is empty.</div>` : html`<div class="scroll" tabindex="0" role="group" aria-label="Tags and their tasks"><table><thead><tr><th scope="col">Tag</th><th scope="col" class="num">Free</th><th scope="col" class="num">Leased</th><th scope="col" class="num">Oldest</th></tr></thead><tbody>${rows}</tbody></table></div>`}</section>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
