// The text of a failed response that is kept for operators. HTML, which frameworks and proxies answer with, is reduced
// to the words that a browser would show. Targets may be hostile: every step is linear in what was read. Pure.

import { cutToBytes } from '../../domain/error-text.ts';

/** Most bytes of the text, in UTF-8. */
const MOST_BYTES = 1024;
const TEXT_TYPES = /^(text\/.+|application\/(.+\+)?(json|xml|yaml|javascript|x-ndjson|x-www-form-urlencoded))$/;
const BEGINS_HTML = /^\s*<(!doctype html|html)\b/i;

/** @param contentType the header's value; without one the body is taken for text */
export function responseText(body: Uint8Array, contentType: string | undefined): string {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type && !TEXT_TYPES.test(type)) return cutToBytes(`(${type}, not text)`, MOST_BYTES);
  const text = decode(body, contentType);
  const isHtml = type === 'text/html' || type === 'application/xhtml+xml' || BEGINS_HTML.test(text.slice(0, 200));
  return cutToBytes(isHtml ? wordsOfHtml(text) : text, MOST_BYTES);
}

function decode(body: Uint8Array, contentType = ''): string {
  const [, charset] = /;\s*charset="?([\w-]{1,40})/i.exec(contentType.slice(0, 200)) ?? [];
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body); // a charset that is not known
  }
}

/** Their content is not shown. */
const HIDDEN = new Set(['script', 'style', 'svg', 'template', 'noscript']);
/** They do not separate words. */
const INLINE = new Set(['a', 'abbr', 'b', 'code', 'em', 'font', 'i', 'small', 'span', 'strong', 'u']);

/** Title and text in one line, without what is said twice in a row. */
function wordsOfHtml(html: string): string {
  const words: string[] = [];
  for (const block of blocksOf(html)) {
    const shown = withoutEntities(block).replace(/\s+/g, ' ').trim();
    if (shown !== '' && shown !== words.at(-1)) words.push(shown);
  }
  return words.join(' ');
}

/** The text between tags that separate words. */
function blocksOf(html: string): string[] {
  const blocks: string[] = [];
  let block = '';
  for (let at = 0; at < html.length; ) {
    const open = indexOrEnd(html, '<', at);
    block += html.slice(at, open);
    const { tag, end } = tagAt(html, open);
    if (tag !== undefined && !INLINE.has(tag)) {
      blocks.push(block);
      block = '';
    }
    at = end;
  }
  return [...blocks, block];
}

/** A tag or comment, with the content of a hidden element; `end` is where the text continues. */
function tagAt(html: string, open: number): { tag?: string | undefined; end: number } {
  if (html.startsWith('<!--', open)) return { end: indexOrEnd(html, '-->', open) + 3 };
  const [, slash, name] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 20)) ?? [];
  const tag = name?.toLowerCase();
  const end = indexOrEnd(html, '>', open) + 1;
  if (tag === undefined || slash === '/' || !HIDDEN.has(tag)) return { tag, end };
  const closing = new RegExp(`</${tag}`, 'gi');
  closing.lastIndex = end;
  return { tag, end: closing.exec(html)?.index ?? html.length };
}

/** What is not found ends the search: hostile HTML cannot make it begin again and again. */
function indexOrEnd(html: string, sought: string, from: number): number {
  const found = html.indexOf(sought, from);
  return found < 0 ? html.length : found;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function withoutEntities(text: string): string {
  return text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,6});/gi, (entity, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? entity;
    const code = Number(/^#x/i.test(name) ? `0${name.slice(1)}` : name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}
