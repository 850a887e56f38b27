// The horizon watch: who stops vacuum from removing dead rows, since when, and what it costs.

import { html } from 'hono/html';
import { OLD_SNAPSHOT_SECONDS } from '../../../schema/doctor/horizon-check.ts';
import type { TableState } from '../../../store/server-state.ts';
import type { HealthWatch, WatchedHolder } from '../../health/health-watch.ts';
import type { Html } from '../../html.ts';
import { byteCount, count, shortCount, shownDuration } from '../../parts/figures.ts';
import { icon } from '../../parts/icons.ts';
import { type State, state } from '../../parts/state.ts';
import { isolated } from '../../parts/text.ts';
import { hourChart } from './hour-chart.ts';

/** Younger holders are ordinary transactions. */
const HELD_SECONDS = 20;
/** Shorter ones come and go with each statement. */
const SHOWN_SECONDS = 1;
const SLOWER = 1.5;

export interface HorizonView {
  watch: HealthWatch;
  holders: readonly WatchedHolder[];
  tables: TableState;
}

/** The one that has held the horizon for longest, if it is worth naming. */
export function worstHolder(holders: readonly WatchedHolder[]): WatchedHolder | undefined {
  return [...holders]
    .filter(({ catalogOnly, since }) => !catalogOnly && since <= Date.now() - HELD_SECONDS * 1_000)
    .sort((a, b) => a.since - b.since)[0];
}

export function horizonVerdict(view: HorizonView): Html {
  const worst = worstHolder(view.holders);
  const { dead, deadBytes } = view.tables;
  const rows = html`${shortCount(dead)} dead rows of our tables, about ${byteCount(deadBytes)}, wait for vacuum.`;
  if (!worst)
    return html`<div class="verdict tone-good" id="horizon-verdict">${icon('fine')}<div><p><b>Nothing holds vacuum back.</b></p><p>${rows} ${claimSentence(view, undefined)}</p></div></div>`;
  const seconds = (view.watch.now - worst.since) / 1_000;
  return html`<div class="verdict tone-${seconds > OLD_SNAPSHOT_SECONDS ? 'slow' : 'dim'}" id="horizon-verdict">${icon('warning')}<div><p><b>${title(worst)} has held the horizon for ${worst.atLeast ? 'at least ' : ''}${shownDuration(seconds)}.</b> ${shortCount(worst.transactions)} ${worst.transactions === 1 ? 'transaction' : 'transactions'} wait behind it, in every table of this database.</p><p>${rows} ${claimSentence(view, worst)}</p></div></div>`;
}

/** What it costs: as a rule, nothing. */
function claimSentence({ watch }: HorizonView, worst: WatchedHolder | undefined): string {
  if (watch.claims === undefined) return 'This process runs no dispatcher, so it measures no claims.';
  const from = Math.max(worst?.since ?? 0, watch.now - 3_600_000);
  const [during, before] = [watch.claimsBetween(from, watch.now), watch.claimsBetween(0, from)];
  if (!during) return 'No task was claimed in that time.';
  const p95 = `${shownDuration(during.p95 / 1_000)} at p95`;
  if (!worst || !before) return `Claims take ${milliseconds(during.p95)} at p95.`;
  const slower = during.p95 > before.p95 * SLOWER;
  return slower
    ? `Claims take ${p95}, and took ${milliseconds(before.p95)} before.`
    : `Claims are not slower for it: ${milliseconds(during.p95)} at p95, as before.`;
}

export function horizonCharts({ watch, holders }: HorizonView): Html {
  const worst = worstHolder(holders);
  const from = worst && Math.max(worst.since, watch.now - 3_600_000);
  const p95 = watch.claims?.map(({ at, p95: value }) => ({ at, value }));
  const now = watch.now;
  const horizon = hourChart({
    title: 'Horizon age, transactions',
    label: `Age of the horizon in the last hour, now ${count(watch.horizon.at(-1)?.value ?? 0)} transactions`,
    figures: watch.horizon,
    tone: 'slow',
    now,
    band: from === undefined ? undefined : { from, name: 'held since' },
    shown: shortCount,
    least: 30,
  });
  const claims = hourChart({
    title: 'Our claim time, p95',
    label: `Claim time at p95 in the last hour, lately ${milliseconds(p95?.at(-1)?.value ?? 0)}`,
    figures: p95 ?? [],
    tone: 'flow',
    now,
    band: from === undefined ? undefined : { from, name: 'the same time' },
    shown: milliseconds,
    least: 3,
  });
  const none = html`<figure><h3>Our claim time</h3><p class="dim">This process runs no dispatcher, so it measures none. Open the console of a server that does.</p></figure>`;
  return html`<div class="grid cols-2" id="horizon-charts">${horizon}${p95 === undefined ? none : claims}</div>`;
}

/** Keeps `2.1 ms` apart from `2.4 ms`. */
function milliseconds(ms: number): string {
  return ms < 9.95 ? `${Number(ms.toFixed(1))}\u00a0ms` : shownDuration(ms / 1_000);
}

const KINDS = {
  session: 'sessions',
  standby: 'standbys',
  slot: 'replication slots',
  prepared: 'prepared transactions',
};

export function horizonHolderList({ watch, holders }: HorizonView): Html {
  const shown = holders.filter(({ since, kind }) => kind !== 'session' || watch.now - since >= SHOWN_SECONDS * 1_000);
  const longest = Math.max(1, ...shown.map(({ since }) => watch.now - since));
  const worst = worstHolder(holders);
  const rows = shown.map((holder) => holderRow(holder, watch.now, longest, holder === worst));
  const none = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter((kind) =>
    shown.every((each) => each.kind !== kind),
  );
  return html`<div class="grid holders" id="horizon-holders">${rows}${none.length === 0 ? '' : html`<p class="small dim">None: ${none.map((kind) => KINDS[kind]).join(', ')}.</p>`}</div>`;
}

function holderRow(holder: WatchedHolder, now: number, longest: number, isWorst: boolean): Html {
  const age = now - holder.since;
  const shown = `${holder.atLeast ? '≥ ' : ''}${shownDuration(age / 1_000)}`;
  const width = Number(Math.max(0.5, (age / longest) * 100).toFixed(1));
  return html`<div class="holder tone-${isWorst ? 'slow' : 'dim'}"><div class="two"><b>${title(holder)}</b><span>${details(holder)}</span></div><div class="lane" role="img" aria-label="${shown}, ${count(holder.transactions)} transactions"><i class="${isWorst ? 'worst' : ''}" style="width:${width}%"></i></div><div class="two num"><span class="big">${shown}</span><span>${state(conditionOf(holder, age / 1_000, isWorst))}</span></div></div>`;
}

function conditionOf(holder: WatchedHolder, seconds: number, isWorst: boolean): State {
  if (seconds > OLD_SNAPSHOT_SECONDS && !holder.catalogOnly)
    return { tone: 'slow', icon: 'warning', word: isWorst ? 'worst' : 'old' };
  return { tone: 'dim', icon: 'fine', word: isWorst ? 'oldest' : 'fine' };
}

function title({ kind, name, pid, role }: WatchedHolder): Html {
  if (kind === 'session') return html`Session ${pid}${role ? html` of ${isolated(role)}` : ''}`;
  const words = { standby: 'Standby', slot: 'Slot', prepared: 'Prepared transaction' };
  return html`${words[kind]} ${isolated(name || String(pid))}`;
}

function details({ kind, name, client, state: what, catalogOnly, walBytes, pid, transactions }: WatchedHolder): Html {
  const parts = [
    kind === 'session' ? (name ? isolated(name) : 'no application name') : undefined,
    kind === 'standby' ? html`hot standby feedback, walsender ${pid}` : undefined,
    kind === 'session' || kind === 'slot' ? what : undefined,
    client && kind === 'session' ? html`from ${client}` : undefined,
    catalogOnly ? 'catalogues only' : undefined,
    walBytes === null ? undefined : html`keeps ${byteCount(walBytes)} of WAL`,
    html`${shortCount(transactions)} transactions back`,
  ].filter((part) => part !== undefined && part !== null && part !== '');
  return html`${parts.map((part, index) => html`${index > 0 ? ', ' : ''}${part}`)}`;
}
