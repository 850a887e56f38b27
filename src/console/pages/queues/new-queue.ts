// A form for a new queue.

import { html } from 'hono/html';
import { TaskQueueError } from '../../../domain/errors.ts';
import type { NewQueue } from '../../../domain/queue.ts';
import { createQueue } from '../../../store/queues.ts';
import type { Html } from '../../html.ts';
import { formToken, submit } from '../../parts/forms.ts';
import { note } from '../../parts/notes.ts';
import { queuePath } from '../../parts/paths.ts';
import type { ConsoleRequest, ConsoleRoute, Done, FormFields, Page } from '../../route.ts';

export function newQueueRoutes(): ConsoleRoute[] {
  return [
    { method: 'GET', path: '/new-queue', needs: { right: 'admin' }, answer: (request) => newQueuePage(request) },
    { method: 'POST', path: '/new-queue', needs: { right: 'admin' }, answer: createIt },
  ];
}

async function createIt(request: ConsoleRequest): Promise<Page | Done> {
  const fields = await request.form();
  const name = fields.get('name') ?? '';
  try {
    await createQueue(request.executor, name, settingsIn(fields));
    return { goTo: queuePath(name), note: `Created ${name}.` };
  } catch (error) {
    if (!(error instanceof TaskQueueError)) throw error;
    return newQueuePage(request, fields, error);
  }
}

/** Pull queues have no limits, so theirs are not sent on. */
function settingsIn(fields: FormFields): NewQueue {
  const mode = fields.get('mode') === 'pull' ? 'pull' : 'push';
  if (mode === 'pull') return { mode };
  const number = (name: string) => (fields.get(name) === undefined ? undefined : Number(fields.get(name)));
  const given = {
    rate: fields.get('rate'),
    bucketSize: number('bucket'),
    maxConcurrentRequests: number('slots'),
    target: fields.get('target'),
  };
  return { mode, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

function newQueuePage(request: ConsoleRequest, given?: FormFields, error?: TaskQueueError): Page {
  const value = (name: string, otherwise = '') => given?.get(name) ?? (given ? '' : otherwise);
  const isPull = value('mode') === 'pull';
  const problem =
    error &&
    note({ tone: 'bad', icon: 'warning', title: 'Not created.', text: `${error.message}. ${error.hint ?? ''}` });
  return {
    ...{ title: 'New queue', section: 'queues', status: error ? 400 : 200 },
    body: html`<nav class="crumbs" aria-label="Where"><a href="queues">Queues</a><span aria-hidden="true">/</span><span>New queue</span></nav>
<div class="head"><h1>New queue</h1></div>${problem ?? ''}
<section class="panel" aria-label="New queue"><form class="body form" method="post" action="new-queue">${formToken(request)}
<div class="row wide-2">${field('name', 'Name', value('name'), 'letters, digits, - and _', true)}
<fieldset class="form"><legend class="small">Mode</legend><label class="check"><input type="radio" name="mode" value="push" ${isPull ? '' : 'checked'}><span>Push: a dispatcher sends its tasks over HTTP</span></label><label class="check"><input type="radio" name="mode" value="pull" ${isPull ? 'checked' : ''}><span>Pull: workers lease its tasks; it has no limits</span></label></fieldset></div>
<div class="row">${field('rate', 'Rate', value('rate', '5/s'), 'such as 5/s, 20/m or 1/h')}${field('bucket', 'Bucket size', value('bucket', '5'), 'tasks that may start at once')}${field('slots', 'Concurrency', value('slots', '10'), 'requests in flight')}${field('target', 'Target', value('target'), 'empty: each task decides')}</div>
<div class="acts">${submit({ label: 'Create the queue', icon: 'add', kind: 'main' })}<a class="btn bare" href="queues">Cancel</a></div>
</form></section>`,
  };
}

function field(name: string, label: string, value: string, hint: string, isRequired = false): Html {
  return html`<div class="field"><label for="${name}">${label}</label><input id="${name}" name="${name}" value="${value}" autocomplete="off" spellcheck="false" aria-describedby="${name}-hint"${isRequired ? html` required` : ''}><span class="hint" id="${name}-hint">${hint}</span></div>`;
}
