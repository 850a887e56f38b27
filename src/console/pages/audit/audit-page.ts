// Audit: who did what to which queue, when and why?

import { html } from 'hono/html';
import type { AuditEntry } from '../../../domain/audit.ts';
import { type AuditPage, auditPage } from '../../../store/audit-pages.ts';
import type { Html } from '../../html.ts';
import { dataTable } from '../../parts/data-table.ts';
import { linkButton } from '../../parts/forms.ts';
import { icon } from '../../parts/icons.ts';
import { clockTime, relativeTime } from '../../parts/moments.ts';
import { empty } from '../../parts/notes.ts';
import { queuePath, taskPath, withQuery } from '../../parts/paths.ts';
import { isolated, visible } from '../../parts/text.ts';
import type { ConsoleRequest, ConsoleRoute, Page } from '../../route.ts';
import { type Change, differenceOf } from './difference.ts';

const PATH = 'audit';
const LIMIT = 50;
/** Changes that are shown at once; the others behind a click. */
const SHOWN = 4;

export function auditRoutes(): ConsoleRoute[] {
  return [{ method: 'GET', path: '/audit', needs: { right: 'read' }, answer: auditOf }];
}

interface Filter {
  object: string | undefined;
  actor: string | undefined;
  act: string | undefined;
}

async function auditOf(request: ConsoleRequest): Promise<Page> {
  const filter = { object: request.query('object'), actor: request.query('actor'), act: request.query('act') };
  const before = Number(request.query('before') ?? '');
  const isLater = Number.isSafeInteger(before) && before > 0;
  const found = await auditPage(request.executor, { ...filter, before: isLater ? before : undefined, limit: LIMIT });
  return {
    title: 'Audit',
    section: 'audit',
    body: html`<div class="head"><h1>Audit</h1><span class="small dim">from the console, SQL, the command line and HTTP alike; never changed or removed</span></div>
<section class="panel" aria-label="Audit">${filterForm(filter)}${entries(found, filter)}${foot(found, filter, isLater)}</section>`,
  };
}

function filterForm({ object, actor, act }: Filter): Html {
  const field = (name: string, label: string, value: string | undefined, example: string) =>
    html`<label class="sr" for="f-${name}">${label}</label><input id="f-${name}" name="${name}" type="search" value="${value ?? ''}" placeholder="${label}: ${example}" maxlength="300">`;
  return html`<form class="filter" role="search" aria-label="Filter the audit" action="${PATH}">${field('object', 'Object', object, 'queue mail')}${field('actor', 'Actor', actor, 'ada@')}${field('act', 'Act', act, 'purge')}<button class="btn" type="submit">${icon('find')}Filter</button>${object || actor || act ? html`<a class="btn bare" href="${PATH}">Clear</a>` : ''}</form>`;
}

function entries({ entries: found, cutShort }: AuditPage, filter: Filter): Html {
  if (found.length === 0) {
    const isFiltered = filter.object || filter.actor || filter.act;
    if (cutShort) return empty('Nothing among the acts looked at.', 'Older acts may match: continue below.');
    return isFiltered
      ? empty('No act matches.', html`<p><a href="${PATH}">Remove the filter</a></p>`)
      : empty(
          'Nothing has been done yet.',
          'Each pause, purge, change of a queue, target or token is recorded here, with who did it and why.',
        );
  }
  const now = new Date();
  const columns = [{ title: 'When' }, { title: 'Who' }, { title: 'Act' }, { title: 'Change' }, { title: 'Reason' }];
  const rows = found.map((entry) => ({ id: `audit-${entry.id}`, cells: entryCells(entry, now) }));
  return dataTable('Acts, the newest first', columns, rows);
}

function entryCells(entry: AuditEntry, now: Date): Html[] {
  const { at, actor, via, act, object, reason, requestId } = entry;
  const [who, whom] = actor.split(' for ', 2);
  return [
    html`<span class="two"><span>${relativeTime(at, now)}</span><span>${clockTime(at, now)}</span></span>`,
    html`<span class="two"><b>${isolated(whom ?? who ?? '')}</b><span>${whom === undefined ? '' : html`as ${isolated(who ?? '')}, `}by ${isolated(via || 'no name')}</span></span>`,
    html`<span class="two"><b>${act.replaceAll('_', ' ')}</b><span>${objectLink(object)}</span></span>`,
    changesOf(entry),
    html`<span class="two"><span>${reason === null ? html`<span class="dim">none given</span>` : visible(reason)}</span>${requestId === null ? '' : html`<span class="mono">request ${isolated(requestId)}</span>`}</span>`,
  ];
}

function objectLink(object: string): Html {
  const [, kind, rest = ''] = /^(\S+) (.*)$/s.exec(object) ?? [];
  if (kind === 'queue') return html`queue <a href="${queuePath(rest)}">${isolated(rest)}</a>`;
  const [queue, name] = kind === 'task' ? splitOnce(rest, '/') : [];
  if (queue && name) return html`task <a href="${taskPath(queue, name)}">${isolated(name)}</a> of ${isolated(queue)}`;
  return html`${isolated(object)}`;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function changesOf({ before, after }: AuditEntry): Html {
  const changes = differenceOf(before, after);
  if (changes.length === 0) return html`<span class="dim">nothing</span>`;
  const rest = changes.slice(SHOWN);
  return html`<div class="change">${changes.slice(0, SHOWN).map(changeLine)}${rest.length === 0 ? '' : html`<details class="inline-more"><summary>and ${rest.length} more</summary>${rest.map(changeLine)}</details>`}</div>`;
}

function changeLine({ key, before, after }: Change): Html {
  const was = before === undefined ? '' : html`<span class="was">${visible(before)}</span>`;
  const is = after === undefined ? '' : html`<span class="is">${visible(after)}</span>`;
  const arrow = before !== undefined && after !== undefined ? ' → ' : '';
  const gone = after === undefined ? html` <span class="dim">removed</span>` : '';
  return html`<div>${key === '' ? '' : html`${isolated(key)}: `}${was}${arrow}${is}${gone}</div>`;
}

function foot({ entries: found, next, cutShort }: AuditPage, filter: Filter, isLater: boolean): Html {
  const first = isLater ? linkButton(withQuery(PATH, { ...filter }), { label: 'Newest' }) : '';
  const older =
    next === undefined
      ? ''
      : linkButton(withQuery(PATH, { ...filter, before: next }), { label: 'Older', icon: 'next' });
  const said = cutShort ? 'Looked at 20,000 acts; continue for older ones.' : `${found.length} acts`;
  return html`<p class="foot"><span>${said}</span><span class="acts">${first}${older}</span></p>`;
}
