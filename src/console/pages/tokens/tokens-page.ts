// API tokens: who may call over HTTP, and what may they do? A token is shown once, by the answer that creates it.

import { html } from 'hono/html';
import { denialOf } from '../../../access/caller.ts';
import { RIGHTS, type Right } from '../../../domain/rights.ts';
import { createToken, listTokens, revokeToken, type TokenStatus } from '../../../store/tokens.ts';
import type { Html } from '../../html.ts';
import { dataTable } from '../../parts/data-table.ts';
import { typedDuration } from '../../parts/durations.ts';
import { linkButton, question } from '../../parts/forms.ts';
import { relativeTime } from '../../parts/moments.ts';
import { command, empty, note, source } from '../../parts/notes.ts';
import { withQuery } from '../../parts/paths.ts';
import { isolated } from '../../parts/text.ts';
import { actOrAskAgain } from '../../refused.ts';
import type { ConsoleRequest, ConsoleRoute, Done, Page } from '../../route.ts';

const PATH = 'tokens';

const MEANINGS: Record<Right, string> = {
  enqueue: 'add tasks',
  lease: 'lease tasks of pull queues and end leases',
  read: 'see queues and tasks, without payloads',
  payload: 'see payloads, headers’ values and handlers’ words',
  operate: 'pause, resume, purge, run, delete, requeue',
  admin: 'change queues, targets, keys, tokens',
};

export function tokensRoutes(): ConsoleRoute[] {
  const needs = { right: 'admin' } as const;
  return [
    { method: 'GET', path: `/${PATH}`, needs, answer: tokensPage },
    { method: 'GET', path: `/${PATH}/create`, needs, answer: (request) => tokenForm(request, NOTHING_TYPED) },
    { method: 'POST', path: `/${PATH}/create`, needs, answer: createOne },
    { method: 'GET', path: `/${PATH}/revoke`, needs, answer: askToRevokeToken },
    { method: 'POST', path: `/${PATH}/revoke`, needs, answer: revokeOneToken },
  ];
}

const page = (title: string, body: Html): Page => ({ title, section: 'targets', body });

async function tokensPage(request: ConsoleRequest): Promise<Page> {
  const tokens = await listTokens(request.executor);
  const now = new Date();
  const columns = [
    { title: 'Whose' },
    { title: 'Rights' },
    { title: 'Queues' },
    { title: 'Created' },
    { title: 'Ends' },
    { title: '' },
  ];
  const list =
    tokens.length === 0
      ? empty(
          'There are no tokens.',
          'A token lets a program call over HTTP with just the rights it needs.',
          command(request.address, `tokens create shop@example.com --right enqueue --queue 'mail-*'`),
        )
      : dataTable(
          'API tokens',
          columns,
          tokens.map((token) => ({ cells: tokenCells(token, now) })),
        );
  return page(
    'API tokens',
    html`<p class="crumbs"><a href="targets">Targets</a></p><div class="head"><h1>API tokens</h1><div class="acts">${linkButton(`${PATH}/create`, { label: 'Create a token', icon: 'add', kind: 'main' }, true)}</div></div><section class="panel" aria-label="API tokens">${list}</section>`,
  );
}

function tokenCells({ id, email, rights, queues, scopes, created, expires }: TokenStatus, now: Date): Html[] {
  return [
    html`<span class="two"><b>${isolated(email)}</b><span class="mono">${id}</span></span>`,
    rights.length > 0
      ? html`${rights.join(', ')}`
      : html`<span class="dim">by each queue’s access list, as ${scopes.join(', ')}</span>`,
    html`${queues.map((queue, index) => html`${index > 0 ? ', ' : ''}<code>${isolated(queue)}</code>`)}`,
    relativeTime(created, now),
    expires === null ? html`<span class="dim">never</span>` : relativeTime(expires, now),
    linkButton(withQuery(`${PATH}/revoke`, { id, email }), { label: 'Revoke', kind: 'risk' }, true),
  ];
}

interface Typed {
  email: string;
  rights: readonly string[];
  queues: string;
  lasts: string;
}

const NOTHING_TYPED: Typed = { email: '', rights: ['read'], queues: '*', lasts: '' };

function tokenForm(request: ConsoleRequest, { email, rights, queues, lasts }: Typed, why: Html | string = ''): Page {
  const offered = RIGHTS.filter((right) => request.may(right));
  const box = (right: Right) =>
    html`<label class="check"><input type="checkbox" name="right" value="${right}" ${rights.includes(right) ? html`checked` : ''}><span><b>${right}</b> <span class="dim">${MEANINGS[right]}</span></span></label>`;
  return page(
    'Create a token',
    question(request, {
      title: 'Create a token',
      text: html`It is shown once. The database stores only its hash.`,
      action: `${PATH}/create`,
      fields: html`${why}<div class="field"><label for="email">Whose</label><input id="email" name="email" type="email" value="${email}" required autocomplete="off"><p class="hint">The audit names this address.</p></div>
<fieldset class="form"><legend class="k">Rights; none includes another</legend>${offered.map(box)}</fieldset>
<div class="field"><label for="queues">Queues</label><input id="queues" name="queues" value="${queues}" required><p class="hint">names, in which * stands for any text, with spaces between</p></div>
<div class="field"><label for="lasts">Ends after</label><input id="lasts" name="lasts" value="${lasts}" placeholder="90 d"><p class="hint">empty: never</p></div>`,
      button: { label: 'Create token', kind: 'main' },
      back: PATH,
    }),
  );
}

async function createOne(request: ConsoleRequest): Promise<Done | Page> {
  const form = await request.form();
  const rights = form.all('right');
  const typed = {
    email: form.get('email') ?? '',
    rights,
    queues: form.get('queues') ?? '',
    lasts: form.get('lasts') ?? '',
  };
  requireOwnRights(request, rights);
  const seconds = typed.lasts === '' ? undefined : typedDuration(typed.lasts);
  if (typed.lasts !== '' && !seconds)
    return again(request, typed, 'A token must end after a time such as 90 d, or never.');
  if (rights.length === 0) return again(request, typed, 'A token needs at least one right.');
  const expires = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1_000);
  return actOrAskAgain(
    async () => {
      const queues = typed.queues.split(/[\s,]+/).filter(Boolean);
      return shownOnce(typed.email, await createToken(request.executor, typed.email, { rights, queues, expires }));
    },
    (why) => tokenForm(request, typed, why),
  );
}

/** Nobody grants more than they have. */
function requireOwnRights(request: ConsoleRequest, rights: readonly string[]): void {
  for (const right of rights as Right[]) if (!request.may(right)) throw denialOf(right);
}

const again = (request: ConsoleRequest, typed: Typed, why: string): Page =>
  tokenForm(request, typed, html`<p class="hint bad" role="alert">${why}</p>`);

/** The answer itself shows it: neither an address nor a cookie ever holds it. */
function shownOnce(email: string, { id, token }: { id: string; token: string }): Page {
  return page(
    'Token created',
    html`<div class="head"><h1>Token created</h1></div>${note({ tone: 'good', icon: 'fine', title: `The token of ${email}, with the id ${id}.`, text: 'Save it now: it is not shown again.' })}<section class="panel" aria-label="The token"><div class="body">${source('Token', token)}<div class="acts">${linkButton(PATH, { label: 'Done' })}</div></div></section>`,
  );
}

function askToRevokeToken(request: ConsoleRequest): Page {
  const [id, email] = [request.query('id') ?? '', request.query('email') ?? ''];
  return page(
    'Revoke a token',
    question(request, {
      title: `Revoke token ${id}?`,
      text: html`Programs that use this token${email ? html` of ${isolated(email)}` : ''} are refused within five seconds, and people who signed in with it are signed out.`,
      action: `${PATH}/revoke`,
      fields: html`<input type="hidden" name="id" value="${id}">`,
      button: { label: 'Revoke token', kind: 'risk', icon: 'bin' },
      back: PATH,
    }),
  );
}

async function revokeOneToken(request: ConsoleRequest): Promise<Done> {
  const id = (await request.form()).get('id') ?? '';
  const revoked = await revokeToken(request.executor, id);
  return { goTo: PATH, note: revoked ? `Revoked token ${id}.` : `There was no token ${id} any more.` };
}
