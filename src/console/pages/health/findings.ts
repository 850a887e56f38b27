// What the checks found: what is wrong first, each with what to do.

import { html } from 'hono/html';
import type { Finding } from '../../../domain/finding.ts';
import type { Checks } from '../../health/health-watch.ts';
import type { Html } from '../../html.ts';
import { byteCount, count, shownDuration } from '../../parts/figures.ts';
import { empty, source } from '../../parts/notes.ts';
import { type State, state, statePill } from '../../parts/state.ts';
import { visible } from '../../parts/text.ts';
import { serverFindings } from './server-findings.ts';

/** All findings that a reader may see. */
export function visibleFindings(checks: Checks, mayRead: (queue: string) => boolean): Finding[] {
  const all = [...checks.findings, ...serverFindings(checks)];
  return all.filter(({ queues = [] }) => queues.every(mayRead));
}

export function openFindings(findings: readonly Finding[]): Finding[] {
  const urgency = { fail: 0, warn: 1, ok: 2 };
  return findings.filter(({ level }) => level !== 'ok').sort((a, b) => urgency[a.level] - urgency[b.level]);
}

const LEVELS = {
  fail: { tone: 'bad', icon: 'warning', word: 'Now' },
  warn: { tone: 'slow', icon: 'warning', word: 'Soon' },
  ok: { tone: 'good', icon: 'fine', word: 'Fine' },
} as const satisfies Record<Finding['level'], State>;

export function problemList(problems: readonly Finding[]): Html {
  const body =
    problems.length === 0
      ? empty('Nothing to do.', 'Every check has passed.')
      : html`<ul class="find-list">${problems.map(problemRow)}</ul>`;
  return html`<section class="panel" id="findings" aria-labelledby="h-findings"><header><h2 id="h-findings">What to do</h2></header>${body}</section>`;
}

function problemRow({ check, level, detail, remedy, sql, queues = [] }: Finding): Html {
  return html`<li>${statePill(LEVELS[level])}<div><b>${capital(check)}</b><p>${visible(detail)}</p>${lines(remedy).map((line) => html`<p>${line}</p>`)}${sql === undefined ? '' : source('SQL', sql)}</div>${queues.length === 1 ? html`<a class="btn" href="queues/${queues[0]}">Open the queue</a>` : html`<span></span>`}</li>`;
}

const lines = (remedy: string | undefined) => (remedy === undefined ? [] : visible(remedy).split('\n'));

/** The checks that passed, each with its figure. */
export function passedChecks(findings: readonly Finding[], checks: Checks, growth: string | undefined): Html {
  const passed = findings.filter(({ level }) => level === 'ok');
  const rows = [...passed.map(({ check, detail }): [string, string] => [check, detail]), ...factsOf(checks, growth)];
  return html`<ul class="checks" id="checks" aria-label="Checks that passed">${rows.map(([check, detail]) => html`<li>${state({ tone: 'good', icon: 'fine', word: capital(check) })}<span class="dim">${visible(detail)}</span></li>`)}</ul>`;
}

/** Figures without a limit. */
function factsOf({ server, tables }: Checks, growth: string | undefined): [string, string][] {
  const vacuumed = tables.vacuumed
    ? `, vacuumed ${shownDuration((Date.now() - tables.vacuumed.getTime()) / 1_000)} ago`
    : ', not vacuumed yet';
  return [
    ['dead rows, ours', `${count(tables.dead)} of ${count(tables.dead + tables.live)}${vacuumed}`],
    ['running since', `${shownDuration((Date.now() - server.started.getTime()) / 1_000)} ago`],
    ['disk', `ours ${byteCount(tables.bytes)} of ${byteCount(server.databaseBytes)}${growth ? `; ${growth}` : ''}`],
  ];
}

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
