// A body as JSON, form, text or hex, beside its headers: hostile text, shown as it is stored and cut off at 64 kB.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { byteCount } from '../parts/figures.ts';
import { visible } from '../parts/text.ts';
import { hexText } from './hex-text.ts';
import { colouredJson, isJson } from './json-tokens.ts';

/** How much of a body is shown; the rest can be downloaded. */
const MOST_BYTES = 64_000;
/** A dump is four times as long as its bytes. */
const MOST_HEX_BYTES = 4_096;

interface Tab {
  name: string;
  text: Html | string;
}

/**
 * @param body null: there is none
 * @param headers null: a pull task has none
 * @param download the path of the whole body
 */
export function bodyTabs(
  body: Uint8Array | null,
  headers: Readonly<Record<string, string>> | null,
  download: string,
): Html {
  const bytes = body ?? new Uint8Array();
  const tabs = [
    ...textTabs(bytes, headers),
    ...(bytes.length > 0 ? [{ name: 'Hex', text: hexText(bytes.subarray(0, MOST_HEX_BYTES)) }] : []),
  ];
  if (tabs.length === 0) return html`<p class="dim">It has no body.</p>`;
  const cut = bytes.length > MOST_BYTES;
  return html`<div class="tabset">${tabs.map((tab, index) => html`<input class="sr t${index + 1}" type="radio" name="body" id="body-${index + 1}" aria-label="Show ${tab.name}" ${index === 0 ? html`checked` : ''}>`)}
<div class="tabs">${tabs.map((tab, index) => html`<label class="l${index + 1}" for="body-${index + 1}">${tab.name}</label>`)}<span class="meta">${byteCount(bytes.length)}${bytes.length > 0 ? html` · <a href="${download}" download>download</a>` : ''}</span></div>
${tabs.map((tab, index) => html`<pre class="src pane p${index + 1}" tabindex="0" aria-label="${tab.name}">${tab.text}</pre>`)}</div>${cut ? html`<p class="small dim">The first ${byteCount(MOST_BYTES)} are shown.</p>` : ''}`;
}

function textTabs(bytes: Uint8Array, headers: Readonly<Record<string, string>> | null): Tab[] {
  const whole = utf8(bytes);
  const shown = whole === undefined ? undefined : (utf8(bytes.subarray(0, MOST_BYTES), true) ?? '');
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers?.['content-type'] ?? '');
  const tabs: Tab[] = [];
  if (whole !== undefined && shown !== undefined && whole !== '') {
    if (isForm) tabs.push({ name: 'Form', text: formText(shown) });
    else if (/^\s*[[{]/.test(whole) && isJson(whole)) tabs.push({ name: 'JSON', text: colouredJson(shown) });
    tabs.push({ name: 'Text', text: visible(shown) });
  }
  if (headers && Object.keys(headers).length > 0) tabs.push({ name: 'Headers', text: headersText(headers) });
  return tabs;
}

/** @param cut true: a character that is cut off at the end is no error */
function utf8(bytes: Uint8Array, cut = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    return undefined;
  }
}

function formText(text: string): string {
  return [...new URLSearchParams(text)].map(([name, value]) => visible(`${name} = ${value}`)).join('\n');
}

function headersText(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${visible(name)}: ${visible(value)}`)
    .join('\n');
}
