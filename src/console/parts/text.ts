// Text from outside: names, payloads, headers, errors. It is shown as it is stored, and cannot act: marks that would
// reorder or hide what stands beside it are isolated, and control characters are shown.

import { html } from 'hono/html';
import type { Html } from '../html.ts';

/** A name of anything, of any script, inside a sentence or a row. */
export function isolated(name: string): Html {
  return html`<bdi>${visible(name)}</bdi>`;
}

/** Makes visible what would be invisible or change the direction of text, except tabs and line breaks. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) =>
    /[\t\n\r]/.test(character) ? character : picture(character),
  );
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : `\\u${code.toString(16).padStart(4, '0')}`;
}
