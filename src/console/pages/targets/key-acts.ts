// Signing keys, by reference: the secrets are never in the database, nor here.

import { html } from 'hono/html';
import { HttpError } from '../../../http/http-error.ts';
import { revokeKey, rotateKey } from '../../../store/keys.ts';
import type { Html } from '../../html.ts';
import { typedDuration } from '../../parts/durations.ts';
import { question } from '../../parts/forms.ts';
import { isolated } from '../../parts/text.ts';
import { actOrAskAgain } from '../../refused.ts';
import type { ConsoleRequest, ConsoleRoute, Done, Page } from '../../route.ts';

const PATH = 'targets';
const KEEP_OLD = '7 d';

export function keyActs(): ConsoleRoute[] {
  const needs = { right: 'admin' } as const;
  return [
    { method: 'GET', path: `/${PATH}/keys/rotate`, needs, answer: askForKey },
    { method: 'POST', path: `/${PATH}/keys/rotate`, needs, answer: rotateOne },
    { method: 'GET', path: `/${PATH}/keys/revoke`, needs, answer: askToRevokeKey },
    { method: 'POST', path: `/${PATH}/keys/revoke`, needs, answer: revokeOne },
  ];
}

const page = (title: string, body: Html): Page => ({ title, section: 'targets', body });

interface Typed {
  target: string;
  reference: string;
  keep: string;
}

function askForKey(request: ConsoleRequest): Page {
  return keyForm(request, { target: request.query('target') ?? '', reference: '', keep: KEEP_OLD });
}

function keyForm(request: ConsoleRequest, { target, reference, keep }: Typed, why: Html | string = ''): Page {
  const title = target === '' ? 'Add a signing key' : `Rotate the key of ${target}`;
  return page(
    title,
    question(request, {
      title,
      text: html`Requests to the target are signed with the new key, and for a while with the old ones too, until all handlers know it. The first key turns signing on.`,
      action: `${PATH}/keys/rotate`,
      fields: html`${why}<div class="field"><label for="target">Target</label><input id="target" name="target" value="${target}" required autocomplete="off"><p class="hint">a name, a pattern, or @id-tokens</p></div>
<div class="field"><label for="reference">Where dispatchers find the secret</label><input id="reference" name="reference" value="${reference}" required placeholder="env:PUSH_SECRET_2" autocomplete="off"><p class="hint">env:NAME or file:/path, never the secret itself</p></div>
<div class="field"><label for="keep">Old keys sign for another</label><input id="keep" name="keep" value="${keep}"><p class="hint">such as 7 d or 12 h</p></div>`,
      button: { label: 'Use this key', kind: 'main' },
      back: PATH,
    }),
  );
}

async function rotateOne(request: ConsoleRequest): Promise<Done | Page> {
  const form = await request.form();
  const typed = {
    target: form.get('target') ?? '',
    reference: form.get('reference') ?? '',
    keep: form.get('keep') ?? KEEP_OLD,
  };
  const keepSeconds = typedDuration(typed.keep);
  if (keepSeconds === undefined)
    return keyForm(
      request,
      typed,
      html`<p class="hint bad" role="alert">Old keys must sign for a time such as 7 d.</p>`,
    );
  return actOrAskAgain(
    async () => {
      await rotateKey(request.executor, typed.target, typed.reference, keepSeconds);
      return { goTo: PATH, note: `Requests to ${typed.target} are signed with ${typed.reference}.` };
    },
    (why) => keyForm(request, typed, why),
  );
}

function askToRevokeKey(request: ConsoleRequest): Page {
  const [target, reference] = [request.query('target') ?? '', request.query('reference') ?? ''];
  return page(
    `Revoke a key of ${target}`,
    question(request, {
      title: `Revoke ${reference}?`,
      text: html`Requests to ${isolated(target)} are no longer signed with it. If it is the only key, they are not signed at all, and handlers that verify refuse them.`,
      action: `${PATH}/keys/revoke`,
      fields: html`<input type="hidden" name="target" value="${target}"><input type="hidden" name="reference" value="${reference}">`,
      typed: target,
      button: { label: 'Revoke key', kind: 'risk', icon: 'bin' },
      back: PATH,
    }),
  );
}

async function revokeOne(request: ConsoleRequest): Promise<Done> {
  const form = await request.form();
  const [target, reference] = [form.get('target') ?? '', form.get('reference') ?? ''];
  if (form.get('typed') !== target) throw new HttpError(400, `the name must be typed as it is: ${target}`);
  const revoked = await revokeKey(request.executor, target, reference);
  return { goTo: PATH, note: revoked ? `Revoked ${reference} of ${target}.` : `${target} had no key ${reference}.` };
}
