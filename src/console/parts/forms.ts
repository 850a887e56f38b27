// Forms. Each carries the token that a page of another site cannot know.

import { html } from 'hono/html';
import { HttpError } from '../../http/http-error.ts';
import type { Html } from '../html.ts';
import type { ConsoleRequest, FormFields } from '../route.ts';
import { type IconName, icon } from './icons.ts';
import { isolated } from './text.ts';

export const FORM_TOKEN = '_token';

/** The hidden field that every form needs. */
export function formToken(request: ConsoleRequest): Html {
  return html`<input type="hidden" name="${FORM_TOKEN}" value="${request.formToken}">`;
}

export interface Button {
  label: string;
  icon?: IconName;
  kind?: 'main' | 'risk' | 'bare';
  /** The key that presses it, on this page. */
  key?: 'p' | 'r';
}

/** A form of one button, for an act that needs no question. */
export function actButton(request: ConsoleRequest, action: string, button: Button, fields: Html | string = ''): Html {
  return html`<form method="post" action="${action}">${formToken(request)}${fields}${submit(button)}</form>`;
}

export function submit({ label, icon: name, kind, key }: Button): Html {
  return html`<button class="btn ${kind ?? ''}" type="submit" ${pressedBy(key)}>${name ? icon(name) : ''}${label}</button>`;
}

/** A link that looks like a button. With `dialog` a script opens its page as a dialog. */
export function linkButton(href: string, { label, icon: name, kind, key }: Button, dialog = false): Html {
  return html`<a class="btn ${kind ?? ''}" href="${href}" ${dialog ? html`data-dialog` : ''} ${pressedBy(key)}>${name ? icon(name) : ''}${label}</a>`;
}

const pressedBy = (key: Button['key']) => (key === undefined ? '' : html`data-key="${key}"`);

export interface Question {
  /** Such as `Purge mail?` */
  title: string;
  /** What happens, and what does not. */
  text: Html;
  action: string;
  /** More fields, such as the reason. */
  fields?: Html;
  /** What must be typed, for acts that cannot be undone: the name of the queue. The act checks it by `requireTyped`. */
  typed?: string;
  /** Repeats the count: `Purge 1,458 tasks`. */
  button: Button;
  /** Where `Cancel` leads. */
  back: string;
}

/** A question before harm: a page of its own, which a script shows as a dialog. */
export function question(request: ConsoleRequest, given: Question): Html {
  const { title, text, action, fields = '', typed, button, back } = given;
  return html`<form class="dialog" method="post" action="${action}" aria-labelledby="dialog-title">${formToken(request)}
<h1 id="dialog-title">${title}</h1><div class="dim">${text}</div>${fields}
${typed === undefined ? '' : html`<div class="field"><label for="typed">Type <b>${isolated(typed)}</b> to go on</label><input id="typed" name="typed" autocomplete="off" autocapitalize="none" spellcheck="false" required data-typed="${typed}"></div>`}
<div class="acts"><a class="btn bare" href="${back}" data-close>Cancel</a>${submit(button)}</div></form>`;
}

/** Checks what a question asked for: scripts only help to type it. @throws HttpError 400 */
export function requireTyped(form: FormFields, name: string): void {
  const typed = form.get('typed');
  if (typed === name) return;
  throw new HttpError(400, `the typed name must be ${name}, got ${typed ?? 'nothing'}`, 'Go back and type it again.');
}
