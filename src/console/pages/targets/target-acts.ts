// Targets and allowed hosts: the forms that change them, and the acts.

import { html } from 'hono/html';
import { HttpError } from '../../../http/http-error.ts';
import { allowUrl, disallowUrl } from '../../../store/allowed-urls.ts';
import { listTargets, removeTarget, setTarget } from '../../../store/targets.ts';
import type { Html } from '../../html.ts';
import { question } from '../../parts/forms.ts';
import { isolated } from '../../parts/text.ts';
import { actOrAskAgain } from '../../refused.ts';
import type { ConsoleRequest, ConsoleRoute, Done, Page } from '../../route.ts';

const PATH = 'targets';

export function targetActs(): ConsoleRoute[] {
  const needs = { right: 'admin' } as const;
  return [
    { method: 'GET', path: `/${PATH}/set`, needs, answer: askForTarget },
    { method: 'POST', path: `/${PATH}/set`, needs, answer: setOne },
    { method: 'GET', path: `/${PATH}/remove`, needs, answer: askToRemove },
    { method: 'POST', path: `/${PATH}/remove`, needs, answer: removeOne },
    { method: 'POST', path: `/${PATH}/allow`, needs, answer: allowOne },
    { method: 'GET', path: `/${PATH}/disallow`, needs, answer: askToDisallow },
    { method: 'POST', path: `/${PATH}/disallow`, needs, answer: disallowOne },
  ];
}

const page = (title: string, body: Html): Page => ({ title, section: 'targets', body });

interface Typed {
  name: string;
  url: string;
  limit: string;
}

async function askForTarget(request: ConsoleRequest): Promise<Page> {
  const name = request.query('name') ?? '';
  const known = (await listTargets(request.executor)).find((target) => target.name === name);
  return targetForm(request, { name, url: known?.url ?? '', limit: String(known?.maxConcurrent ?? '') });
}

function targetForm(request: ConsoleRequest, { name, url, limit }: Typed, why: Html | string = ''): Page {
  const title = name === '' ? 'Set a target' : `Change target ${name}`;
  return page(
    title,
    question(request, {
      title,
      text: html`Tasks that name this target go to its URL. Dispatchers use it within a second. The path of a task is appended.`,
      action: `${PATH}/set`,
      fields: html`${why}<div class="field"><label for="name">Name</label><input id="name" name="name" value="${name}" required maxlength="100" autocomplete="off" spellcheck="false"><p class="hint">default, for tasks that name none; or a pattern such as *.mail</p></div>
<div class="field"><label for="url">Base URL</label><input id="url" name="url" type="url" value="${url}" required placeholder="https://app.example.com"></div>
<div class="field"><label for="limit">Concurrent requests of each dispatcher</label><input id="limit" name="limit" inputmode="numeric" pattern="[0-9]*" value="${limit}"><p class="hint">empty: as many as the queues allow</p></div>`,
      button: { label: 'Set target', kind: 'main' },
      back: PATH,
    }),
  );
}

async function setOne(request: ConsoleRequest): Promise<Done | Page> {
  const form = await request.form();
  const typed = { name: form.get('name') ?? '', url: form.get('url') ?? '', limit: form.get('limit') ?? '' };
  return actOrAskAgain(
    async () => {
      const maxConcurrent = typed.limit === '' ? undefined : Number(typed.limit);
      await setTarget(request.executor, typed.name, typed.url, { maxConcurrent });
      return { goTo: PATH, note: `Set target ${typed.name}.` };
    },
    (why) => targetForm(request, typed, why),
  );
}

function askToRemove(request: ConsoleRequest): Page {
  const name = request.query('name') ?? '';
  return page(
    `Remove target ${name}`,
    question(request, {
      title: `Remove target ${name}?`,
      text: html`Tasks for ${isolated(name)} fail with “Unknown Target” and are retried, until it is set again. Its signing keys stay.`,
      action: `${PATH}/remove`,
      fields: html`<input type="hidden" name="name" value="${name}">`,
      typed: name,
      button: { label: 'Remove target', kind: 'risk', icon: 'bin' },
      back: PATH,
    }),
  );
}

async function removeOne(request: ConsoleRequest): Promise<Done> {
  const form = await request.form();
  const name = form.get('name') ?? '';
  if (form.get('typed') !== name) throw new HttpError(400, `the name must be typed as it is: ${name}`);
  const removed = await removeTarget(request.executor, name);
  return { goTo: PATH, note: removed ? `Removed target ${name}.` : `There was no target ${name} any more.` };
}

async function allowOne(request: ConsoleRequest): Promise<Done | Page> {
  const entry = (await request.form()).get('entry') ?? '';
  return actOrAskAgain(
    async () => {
      await allowUrl(request.executor, entry);
      return { goTo: PATH, note: `Tasks may now name URLs of ${entry}.` };
    },
    (why) => allowForm(request, entry, why),
  );
}

function allowForm(request: ConsoleRequest, entry: string, why: Html): Page {
  const fields = html`${why}<div class="field"><label for="entry">Host</label><input id="entry" name="entry" value="${entry}" required></div>`;
  return page(
    'Allow a host',
    question(request, {
      title: 'Allow a host',
      text: html`Tasks may then name URLs of it.`,
      action: `${PATH}/allow`,
      fields,
      button: { label: 'Allow', kind: 'main' },
      back: PATH,
    }),
  );
}

function askToDisallow(request: ConsoleRequest): Page {
  const entry = request.query('entry') ?? '';
  return page(
    `Disallow ${entry}`,
    question(request, {
      title: `Disallow ${entry}?`,
      text: html`Tasks that name URLs of ${isolated(entry)} are refused from now on, and those that wait fail.`,
      action: `${PATH}/disallow`,
      fields: html`<input type="hidden" name="entry" value="${entry}">`,
      button: { label: 'Disallow', kind: 'risk', icon: 'bin' },
      back: PATH,
    }),
  );
}

async function disallowOne(request: ConsoleRequest): Promise<Done> {
  const entry = (await request.form()).get('entry') ?? '';
  const gone = await disallowUrl(request.executor, entry);
  return { goTo: PATH, note: gone ? `${entry} is no longer allowed.` : `${entry} was not allowed.` };
}
