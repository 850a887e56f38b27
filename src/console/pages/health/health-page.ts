// Health: is the database well, who holds vacuum back, does it cost us, what do I type?

import { html } from 'hono/html';
import { PACKAGE_VERSION } from '../../../domain/package-version.embed.ts';
import type { HealthWatch } from '../../health/health-watch.ts';
import type { Cells, Html } from '../../html.ts';
import { byteCount, shownDuration } from '../../parts/figures.ts';
import { linkButton } from '../../parts/forms.ts';
import { note } from '../../parts/notes.ts';
import { statePill } from '../../parts/state.ts';
import type { ConsoleRequest, ConsoleRoute, Page } from '../../route.ts';
import { openFindings, passedChecks, problemList, visibleFindings } from './findings.ts';
import { horizonCharts, horizonHolderList, horizonVerdict } from './horizon-panel.ts';
import { healthReport } from './report.ts';

export function healthPageRoutes(watch: HealthWatch): ConsoleRoute[] {
  const needs = { right: 'read', checkedInside: true } as const;
  return [
    {
      ...{ method: 'GET', path: '/health', needs },
      answer: (request) => healthPage(request, watch),
      cells: (request) => healthCells(request, watch),
    },
    { method: 'GET', path: '/health/report', needs, answer: (request) => report(request, watch) },
  ];
}

async function healthPage(request: ConsoleRequest, watch: HealthWatch): Promise<Page> {
  const cells = await healthCells(request, watch);
  const { settings, server } = (await watch.checks()).value;
  const cell = (id: string) => cells.get(id) as Html;
  return {
    title: 'Health',
    section: 'health',
    body: html`<div class="head"><h1>Health</h1>${cell('health-summary')}<div class="acts">${linkButton('health/report', { label: 'Report as text', icon: 'copy' })}</div></div>
${server.seesAll ? '' : note({ tone: 'slow', icon: 'question', title: 'Sessions of other roles are hidden.', text: 'What they hold back is not seen here. Let the login of this server see them: grant pg_read_all_stats to it.' })}
<section class="panel" aria-labelledby="h-horizon"><header><h2 id="h-horizon">Horizon watch</h2><span class="small dim">who stops vacuum from removing dead rows, and what it costs us</span></header><div class="body">${cell('horizon-verdict')}${cell('horizon-charts')}${cell('horizon-holders')}</div></section>
${cell('findings')}
${cell('checks')}
<section class="panel" aria-labelledby="h-settings"><header><h2 id="h-settings">Settings in force</h2><span class="small dim">PostgreSQL ${server.version}, pgtaskqueue ${PACKAGE_VERSION}, schema ${server.schemaVersion}</span></header><div class="body"><dl class="settings">${settings.map(({ name, value, source }) => html`<div><dt><code>${name}</code></dt><dd>${value || 'none'} <span class="unit">${source}</span></dd></div>`)}</dl></div></section>`,
  };
}

async function healthCells(request: ConsoleRequest, watch: HealthWatch): Promise<Cells> {
  const [{ value: checks, at }, holders] = await Promise.all([watch.checks(), watch.holders()]);
  const findings = visibleFindings(checks, (queue) => request.may('read', queue));
  const problems = openFindings(findings);
  const view = { watch, holders, tables: checks.tables };
  return new Map<string, Html>([
    ['health-summary', summary(problems.length, findings.length, Math.max(0, watch.now - at))],
    ['horizon-verdict', horizonVerdict(view)],
    ['horizon-charts', horizonCharts(view)],
    ['horizon-holders', horizonHolderList(view)],
    ['findings', problemList(problems)],
    ['checks', passedChecks(findings, checks, databaseGrowth(watch))],
  ]);
}

function summary(problems: number, all: number, ageMs: number): Html {
  const pill =
    problems === 0
      ? statePill({ tone: 'good', icon: 'fine', word: 'healthy' })
      : statePill({ tone: 'slow', icon: 'warning', word: `${problems} ${problems === 1 ? 'finding' : 'findings'}` });
  const age = ageMs < 1_000 ? 'just now' : `${shownDuration(ageMs / 1_000)} ago`;
  return html`<div id="health-summary" class="facts-line">${pill}<span class="small dim">${all} checks, made ${age}</span></div>`;
}

/** How fast the database grows, as far as this process has seen; undefined: too short. */
export function databaseGrowth({ sizes }: Pick<HealthWatch, 'sizes'>): string | undefined {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (!first || !last || last.at - first.at < 600_000) return undefined;
  const perDay = ((last.value - first.value) / (last.at - first.at)) * 86_400_000;
  const size = byteCount(Math.round(Math.abs(perDay)));
  return `${perDay < 0 ? 'shrinks' : 'grows'} by ${size} a day, as in the last ${shownDuration((last.at - first.at) / 1_000)}`;
}

async function report(request: ConsoleRequest, watch: HealthWatch): Promise<Response> {
  const [{ value: checks }, holders] = await Promise.all([watch.checks(), watch.holders()]);
  const findings = visibleFindings(checks, (queue) => request.may('read', queue));
  return request.context.text(healthReport(watch, checks, holders, findings), 200, { 'cache-control': 'no-store' });
}
