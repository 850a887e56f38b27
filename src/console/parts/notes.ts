// Notes, empty places and error messages: each says what to do.

import { html } from 'hono/html';
import type { ConsoleAddress } from '../address.ts';
import type { Html } from '../html.ts';
import { type IconName, icon } from './icons.ts';
import type { Tone } from './state.ts';

export interface Note {
  tone: Tone;
  icon: IconName;
  title: string;
  text?: Html | string;
  /** A link or a button. */
  way?: Html;
}

export function note({ tone, icon: name, title, text = '', way }: Note): Html {
  return html`<div class="note tone-${tone}" role="status"><span class="badge">${icon(name)}</span><p><b>${title}</b> ${text}</p>${way ?? ''}</div>`;
}

/** An empty place, and how it is filled. */
export function empty(title: Html | string, ...more: readonly (Html | string)[]): Html {
  return html`<div class="empty"><h2>${title}</h2>${more.map((each) => (typeof each === 'string' ? html`<p>${each}</p>` : each))}</div>`;
}

/** A command of the program to be copied, such as `tokens list`. */
export function command(address: ConsoleAddress, words: string): Html {
  return source('Command', `npx ${address.command(words)}`);
}

/** Text to be copied; a script makes its button work. */
export function source(label: string, text: string): Html {
  return html`<pre class="src" tabindex="0" aria-label="${label}" data-copy>${text}</pre>`;
}
