// A crawl of the console without a browser: the addresses of its pages as a browser would resolve them, and its forms.

import type { Visit } from './visitor.ts';

export interface Form {
  method: string;
  /** As it is resolved. */
  action: URL;
  /** What is sent if nobody types anything, but the names that questions ask for. */
  fields: Record<string, string>;
}

const ADDRESSES = /\s(href|src|action|formaction|data-preview-at|data-p)="([^"]*)"/g;

/** All addresses of a page that was got from a URL. */
export function addressesIn(visit: Visit, at: string): URL[] {
  const home = baseOf(visit, at);
  const written = [...visit.text.replace(/<base[^>]*>/, '').matchAll(ADDRESSES)].map(([, , value = '']) => value);
  return written.filter((value) => !value.startsWith('data:')).map((value) => new URL(plain(value), home));
}

export function formsIn(visit: Visit, at: string): Form[] {
  const home = baseOf(visit, at);
  return [...visit.text.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].map(([, head = '', body = '']) => ({
    method: /method="post"/.test(head) ? 'POST' : 'GET',
    action: new URL(plain(/action="([^"]*)"/.exec(head)?.[1] ?? at), home),
    fields: Object.fromEntries(
      [...body.matchAll(/<(?:input|button|select|textarea)([^>]*)>/g)].flatMap(([, attributes = '']) => {
        const value = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1];
        const name = value('name');
        return name === undefined ? [] : [[name, plain(value('data-typed') ?? value('value') ?? '')]];
      }),
    ),
  }));
}

/** What an address is like, whatever its names are: of those that are alike one is visited. */
export function shapeOf({ pathname, searchParams }: URL): string {
  const parts = pathname.split('/').map((part) => (/^[a-z-]{1,11}$/.test(part) ? part : '*'));
  return `${parts.join('/')}?${[...searchParams.keys()].sort().join('&')}`;
}

function baseOf({ text }: Visit, at: string): URL {
  return new URL(/<base href="([^"]*)"/.exec(text)?.[1] ?? at, at);
}

function plain(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
