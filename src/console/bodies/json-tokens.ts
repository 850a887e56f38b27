// JSON as coloured text. The tokens are those of the original text, byte by byte: numbers keep all digits, and keys
// that are there twice stay. Nothing is parsed and written again.

import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { visible } from '../parts/text.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]|\s+|[^\s]/gs;

/** Whether a text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text in colours. A text of one line is broken into lines, between tokens and nowhere else. */
export function colouredJson(text: string): Html {
  const tokens = text.match(TOKEN) ?? [];
  const broken = /[\n\r]/.test(text) ? tokens : brokenLines(tokens.filter((token) => token.trim() !== ''));
  return html`${coloured(broken)}`;
}

function coloured(tokens: readonly string[]): Html[] {
  return tokens.map((token, index) => {
    const text = visible(token);
    if (token.startsWith('"')) return html`<span class="${isKey(tokens, index) ? 'w' : 's'}">${text}</span>`;
    return /^(-?\d|true|false|null)/.test(token) ? html`<span class="n">${text}</span>` : html`${text}`;
  });
}

function isKey(tokens: readonly string[], index: number): boolean {
  const following = tokens[index + 1] ?? '';
  return following === ':' || (following.trim() === '' && tokens[index + 2] === ':');
}

/** Lists without objects or lists inside stay on their line. */
function brokenLines(tokens: readonly string[]): string[] {
  const out: string[] = [];
  let depth = 0;
  let flat = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  tokens.forEach((token, index) => {
    if (token === '[' && flat === 0 && isFlat(tokens, index)) flat = 1;
    const opens = token === '{' || token === '[';
    const closes = token === '}' || token === ']';
    if (flat === 1) {
      out.push(token, ...(token === ',' ? [' '] : []));
      if (token === ']') flat = 0;
    } else if (opens) {
      const isEmpty = /[}\]]/.test(tokens[index + 1] ?? '');
      depth += 1;
      out.push(token, ...(isEmpty ? [] : [line()]));
    } else if (closes) {
      depth = Math.max(0, depth - 1);
      out.push(...(/[{[]/.test(tokens[index - 1] ?? '') ? [] : [line()]), token);
    } else if (token === ',') out.push(token, line());
    else out.push(token, ...(token === ':' ? [' '] : []));
  });
  return out;
}

function isFlat(tokens: readonly string[], at: number): boolean {
  for (let index = at + 1; index < Math.min(tokens.length, at + 40); index += 1) {
    const token = tokens[index] ?? '';
    if (token === ']') return true;
    if (token === '{' || token === '[') return false;
  }
  return false;
}
