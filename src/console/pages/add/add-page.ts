// Add a task: how is this call written in my language?

import { html } from 'hono/html';
import type { QueueStatus } from '../../../domain/queue.ts';
import type { Html } from '../../html.ts';
import type { QueueNow } from '../../live/queue-now.ts';
import { byteCount, count } from '../../parts/figures.ts';
import { formToken } from '../../parts/forms.ts';
import { icon } from '../../parts/icons.ts';
import { utc } from '../../parts/moments.ts';
import { empty } from '../../parts/notes.ts';
import { visible } from '../../parts/text.ts';
import type { ConsoleRequest, Page } from '../../route.ts';
import { type AddField, type AddForm, BODY_TYPES } from './add-form.ts';
import { callsPanel } from './calls-panel.ts';
import { WHOLE_FORM } from './check-form.ts';

const METHODS = ['POST', 'PUT', 'GET', 'HEAD', 'DELETE'];
const MOST_BYTES = { push: 102_400, pull: 1_048_576 };

export interface AddView {
  form: AddForm;
  queue: QueueStatus;
  /** Those that the caller may add to. */
  queues: readonly QueueNow[];
  /** The names of the targets. */
  targets: readonly string[];
}

export function addPage(request: ConsoleRequest, view: AddView, status?: 400 | 409): Page {
  const { form } = view;
  return {
    title: 'Add a task',
    section: 'tasks',
    ...(status ? { status } : {}),
    body: html`<div class="head"><h1>Add a task</h1><p>Whatever you fill in, the same call is written beside it in four languages. Nothing is sent until you add it.</p></div>
<div class="grid cols-2"><section class="panel" aria-label="The task"><form class="body form" id="add" method="post" action="add" data-preview-at="add/calls">${formToken(request)}
${first(view)}${bodyField(view)}${whenFields(view)}${more(view)}${hint(form, WHOLE_FORM)}
<div class="acts"><button class="btn main" type="submit">${icon('add')}Add the task</button><button class="btn" type="submit" formaction="add/calls" formnovalidate data-preview-button>Show the calls</button></div></form></section>
${callsPanel(form.call, request.address, new Date())}</div>`,
  };
}

/** In place of the form. */
export function noQueuePage(): Page {
  return {
    title: 'Add a task',
    section: 'tasks',
    body: html`<div class="head"><h1>Add a task</h1></div><section class="panel">${empty('There is no queue that you may add tasks to.', 'A token with the right enqueue on a queue may.')}</section>`,
  };
}

function first({ form, queue, queues, targets }: AddView): Html {
  const { typed } = form;
  const label = ({ name, mode, rate }: QueueNow) => `${name} (${mode}${rate === null ? '' : `, ${rate}`})`;
  const queueOptions = queues.map((one) => option(one.name, label(one), one.name === queue.name));
  const push = html`<div class="row wide-2">${textField(form, 'url', 'URL, relative to the target', { mono: true, placeholder: `/_ah/queue/${queue.name}` })}
<div class="row">${select(
    'method',
    'Method',
    METHODS.map((one) => option(one, one, one === (typed.method ?? 'POST'))),
  )}${select(
    'target',
    'Target',
    ['', ...targets].map((one) => option(one, one || 'as the queue has it', one === (typed.target ?? ''))),
  )}</div></div>${hint(form, 'method')}${hint(form, 'target')}`;
  return html`<div class="row wide-2">${select('queue', 'Queue', queueOptions)}${textField(form, 'name', 'Name', { mono: true, placeholder: 'generated' })}</div>
<div id="add-kind" data-preview="${queue.mode}">${queue.mode === 'push' ? push : textField(form, 'tag', 'Tag', { mono: true })}</div>`;
}

function bodyField({ form, queue }: AddView): Html {
  const { typed, call } = form;
  const bytes = Buffer.byteLength(call.payload ?? '');
  const types = Object.entries(BODY_TYPES).map(([type, { label }]) =>
    option(type, label, type === (typed.type ?? 'json')),
  );
  const most = MOST_BYTES[queue.mode];
  const valid = queue.mode === 'push' && (typed.type ?? 'json') === 'json' && bytes > 0 ? 'Valid JSON, ' : '';
  return html`<div class="row body-row" id="add-body" data-preview="${queue.mode}">${queue.mode === 'push' ? select('type', 'Body', types) : ''}</div>
<div class="field"><label for="add-payload">${queue.mode === 'push' ? 'Its content' : 'Payload'}</label><textarea id="add-payload" name="payload" rows="6" spellcheck="false" ${invalid(form, 'payload')}>
${call.payload ?? ''}</textarea>${form.problems.has('payload') ? hint(form, 'payload') : html`<p class="hint" id="hint-payload" data-preview>${valid}${byteCount(bytes)} of ${byteCount(most)}. Stored as it is: numbers stay exact.</p>`}</div>`;
}

function whenFields({ form }: AddView): Html {
  const { call } = form;
  const seconds = call.countdown;
  const at = seconds === undefined ? call.eta : new Date(Date.now() + seconds * 1_000);
  return html`<div class="row wide-2">${textField(form, 'countdown', 'Countdown', { placeholder: '2 m' })}${textField(form, 'eta', 'Or a time, in UTC', { placeholder: '2030-01-31T08:30:00Z' })}</div>
<p class="hint small dim" id="hint-when" data-preview>${at === undefined ? 'It is due as soon as it is added.' : `Due at ${utc(at).slice(0, 19)} UTC.`}</p>`;
}

function more({ form, queue }: AddView): Html {
  if (queue.mode === 'pull') return html`<div id="add-more" data-preview="pull"></div>`;
  const fields = ['headers', 'deadline', 'namespace', 'retries', 'age', 'least', 'most', 'doublings'];
  const open = fields.some((field) => form.typed[field] !== undefined || form.problems.has(field));
  return html`<div id="add-more" data-preview="push"><details ${open ? html`open` : ''}><summary class="btn bare">${icon('next')}Headers, deadline, namespace, retries</summary><div class="form more-fields">
<div class="field"><label for="add-headers">Headers, one a line</label><textarea id="add-headers" name="headers" rows="3" spellcheck="false" ${invalid(form, 'headers')}>
${form.typed.headers ?? ''}</textarea>${hint(form, 'headers')}</div>
<div class="row wide-2">${textField(form, 'deadline', 'Deadline', { placeholder: '10 m' })}${textField(form, 'namespace', 'Namespace', {})}</div>
<div class="row">${textField(form, 'retries', 'Retries', { placeholder: count(queue.retry.taskRetryLimit ?? 0) })}${textField(form, 'age', 'Age limit', {})}${textField(form, 'least', 'Least back-off', { placeholder: '0.1 s' })}${textField(form, 'most', 'Most back-off', { placeholder: '1 h' })}${textField(form, 'doublings', 'Doublings', { placeholder: '16' })}</div>
<p class="hint small dim">Any of these retry parameters replaces all of the queue's.</p></div></details></div>`;
}

interface FieldLook {
  mono?: boolean;
  placeholder?: string;
}

function textField(form: AddForm, field: AddField, label: string, { mono, placeholder = '' }: FieldLook): Html {
  return html`<div class="field"><label for="add-${field}">${label}</label><input id="add-${field}" name="${field}" ${mono ? html`class="mono"` : ''} value="${form.typed[field] ?? ''}" placeholder="${placeholder}" autocomplete="off" spellcheck="false" ${invalid(form, field)}>${hint(form, field)}</div>`;
}

function select(field: AddField, label: string, options: readonly Html[]): Html {
  return html`<div class="field"><label for="add-${field}">${label}</label><select id="add-${field}" name="${field}">${options}</select></div>`;
}

function option(value: string, label: string, selected: boolean): Html {
  return html`<option value="${value}" ${selected ? html`selected` : ''}>${label}</option>`;
}

function invalid({ problems }: AddForm, field: AddField): Html {
  return problems.has(field)
    ? html`aria-invalid="true" aria-describedby="hint-${field}"`
    : html`aria-describedby="hint-${field}"`;
}

/** What is wrong with a field; the element is there in any case, so that a preview can fill it. */
function hint({ problems }: AddForm, field: AddField): Html {
  const problem = problems.get(field);
  if (problem === undefined) return html`<p class="hint" id="hint-${field}" data-preview></p>`;
  return html`<p class="hint bad" id="hint-${field}" data-preview>${icon('warning')}<span>${visible(problem)}</span></p>`;
}
