// Targets and keys: where push tasks go, how that has answered, and who signs.

import { html } from 'hono/html';
import { ID_TOKENS, type Key } from '../../../domain/key.ts';
import type { Target } from '../../../domain/target.ts';
import { DEFAULT_APP_VERSION } from '../../../domain/target.ts';
import { listAllowedUrls } from '../../../store/allowed-urls.ts';
import { listKeys } from '../../../store/keys.ts';
import { type RecentAnswer, recentAnswers } from '../../../store/target-uses.ts';
import { listTargets } from '../../../store/targets.ts';
import type { Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { answerCode } from '../../parts/answer-code.ts';
import { dataTable } from '../../parts/data-table.ts';
import { count } from '../../parts/figures.ts';
import { formToken, linkButton, submit } from '../../parts/forms.ts';
import { relativeTime } from '../../parts/moments.ts';
import { command, empty } from '../../parts/notes.ts';
import { queuePath, withQuery } from '../../parts/paths.ts';
import { state } from '../../parts/state.ts';
import { isolated } from '../../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Page } from '../../route.ts';
import { keyActs } from './key-acts.ts';
import { targetActs } from './target-acts.ts';

/** Queues of a target whose attempts are looked at, and attempts of each. */
const LOOKED_AT = 5;
const ANSWERS = 5;
const NAMED = 4;

export function targetsRoutes(): ConsoleRoute[] {
  const list: ConsoleRoute = { method: 'GET', path: '/targets', needs: { right: 'read' }, answer: targetsPage };
  return [list, ...targetActs(), ...keyActs()];
}

async function targetsPage(request: ConsoleRequest): Promise<Page> {
  const { executor } = request;
  const [targets, keys, allowed, { queues }] = await Promise.all([
    listTargets(executor),
    listKeys(executor),
    listAllowedUrls(executor),
    request.snapshot(),
  ]);
  const uses = queuesByTarget(queues);
  const looked = targets.flatMap(({ name }) => (uses.get(name) ?? []).slice(0, LOOKED_AT));
  const answers = await recentAnswers(executor, looked, ANSWERS);
  const add = request.may('admin')
    ? html`<div class="acts">${linkButton('tokens', { label: 'API tokens' })}${linkButton('targets/set', { label: 'Set a target', icon: 'add', kind: 'main' }, true)}</div>`
    : '';
  return {
    title: 'Targets',
    section: 'targets',
    body: html`<div class="head"><h1>Targets and keys</h1>${add}</div>
${targetsPanel(request, targets, uses, answers)}
${keysPanel(request, keys)}
${allowedPanel(request, allowed)}`,
  };
}

/** The names of the push queues of each target. Tasks may name another target than their queue's. */
function queuesByTarget(queues: readonly QueueNow[]): Map<string, string[]> {
  const uses = new Map<string, string[]>();
  for (const { name, mode, target } of queues) {
    if (mode !== 'push') continue;
    const key = target ?? DEFAULT_APP_VERSION;
    uses.set(
      key,
      [...(uses.get(key) ?? []), name].sort((a, b) => a.localeCompare(b)),
    );
  }
  return uses;
}

function targetsPanel(
  { address, may }: ConsoleRequest,
  targets: readonly Target[],
  uses: ReadonlyMap<string, readonly string[]>,
  answers: readonly RecentAnswer[],
): Html {
  const isAdmin = may('admin');
  if (targets.length === 0)
    return html`<section class="panel" aria-label="Targets">${empty('No target is set.', 'A target is a name for a base URL. Tasks that name none go to the target default.', command(address, 'targets set default https://app.example.com'))}</section>`;
  const now = new Date();
  const columns = [
    { title: 'Target' },
    { title: 'Queues' },
    { title: 'Limit', num: true },
    { title: 'Recorded in the last hour' },
    ...(isAdmin ? [{ title: '' }] : []),
  ];
  const rows = targets.map((target) => {
    const queues = uses.get(target.name) ?? [];
    const own = answers.filter(
      ({ queue, url }) => queues.includes(queue) && (url === null || url.startsWith(target.url)),
    );
    return { cells: [...targetCells(target, queues, own, now), ...(isAdmin ? [targetActsOf(target.name)] : [])] };
  });
  return html`<section class="panel" aria-label="Targets">${dataTable('Targets', columns, rows)}</section>`;
}

function targetCells(
  { name, url, maxConcurrent }: Target,
  queues: readonly string[],
  answers: readonly RecentAnswer[],
  now: Date,
): Html[] {
  const first = queues.slice(0, NAMED);
  const more = queues.length - first.length;
  const latest = [...answers].sort((a, b) => b.ended.getTime() - a.ended.getTime()).slice(0, ANSWERS);
  return [
    html`<span class="two"><b>${isolated(name)}</b><span class="mono">${isolated(url)}</span></span>`,
    queues.length === 0
      ? html`<span class="dim">none by default</span>`
      : html`${first.map((queue, index) => html`${index > 0 ? ', ' : ''}<a href="${queuePath(queue)}">${isolated(queue)}</a>`)}${more > 0 ? ` and ${count(more)} more` : ''}`,
    maxConcurrent === null
      ? html`<span class="dim">none</span>`
      : html`${count(maxConcurrent)} <span class="unit">at a time</span>`,
    latest.length === 0
      ? state({ tone: 'good', icon: 'fine', word: 'no failures' })
      : html`<span class="pairs-line">${latest.map(({ status, ended }) => html`<span>${answerCode(status)} <span class="small dim">${relativeTime(ended, now)}</span></span>`)}</span>`,
  ];
}

function targetActsOf(name: string): Html {
  return html`<div class="acts">${linkButton(withQuery('targets/set', { name }), { label: 'Change' }, true)}${linkButton(withQuery('targets/keys/rotate', { target: name }), { label: 'Rotate key' }, true)}${linkButton(withQuery('targets/remove', { name }), { label: 'Remove', kind: 'risk' }, true)}</div>`;
}

function keysPanel({ address, may }: ConsoleRequest, keys: readonly Key[]): Html {
  const isAdmin = may('admin');
  const now = new Date();
  const add = isAdmin ? linkButton('targets/keys/rotate', { label: 'Add a key', icon: 'add' }, true) : '';
  const columns = [
    { title: 'Signs' },
    { title: 'Secret' },
    { title: 'Since' },
    { title: 'State' },
    ...(isAdmin ? [{ title: '' }] : []),
  ];
  const rows = keys.map(({ target, reference, created, expires }) => ({
    cells: [
      target === ID_TOKENS ? html`ID tokens` : html`requests to <b>${isolated(target)}</b>`,
      html`<code>${isolated(reference)}</code>`,
      relativeTime(created, now),
      expires === null
        ? state({ tone: 'flow', icon: 'fine', word: 'current' })
        : html`${state({ tone: 'dim', icon: 'hourglass', word: 'old' })} <span class="small dim">signs too, ends ${relativeTime(expires, now)}</span>`,
      ...(isAdmin
        ? [linkButton(withQuery('targets/keys/revoke', { target, reference }), { label: 'Revoke', kind: 'risk' }, true)]
        : []),
    ],
  }));
  const list =
    keys.length === 0
      ? empty(
          'Requests are not signed.',
          'With a key, handlers can verify that a request came from here.',
          command(address, 'keys rotate default env:PUSH_SECRET'),
        )
      : dataTable('Signing keys', columns, rows);
  return html`<section class="panel" aria-labelledby="h-keys"><header><h2 id="h-keys">Signing keys</h2>${add || html`<span class="small dim">by reference; secrets are not in the database</span>`}</header>${list}</section>`;
}

function allowedPanel(request: ConsoleRequest, allowed: readonly string[]): Html {
  const isAdmin = request.may('admin');
  const add = isAdmin
    ? html`<form class="acts" method="post" action="targets/allow">${formToken(request)}<input name="entry" aria-label="Host to allow" placeholder="*.example.com" required maxlength="300">${submit({ label: 'Allow', icon: 'add' })}</form>`
    : '';
  const list =
    allowed.length === 0
      ? html`<p class="dim">Tasks may name no host: they go to targets.</p>`
      : html`<ul class="chips">${allowed.map((entry) => html`<li class="acts"><code>${isolated(entry)}</code>${isAdmin ? linkButton(withQuery('targets/disallow', { entry }), { label: `Disallow ${entry}`, kind: 'bare' }, true) : ''}</li>`)}</ul>`;
  return html`<section class="panel" aria-labelledby="h-allowed"><header><h2 id="h-allowed">Hosts that tasks may name</h2></header><div class="body">${list}${add}</div></section>`;
}
