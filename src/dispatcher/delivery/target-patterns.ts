// Patterns of target names: `*` in the name of a target, or of a key, matches any text; `{target}` in the URL of such a
// target stands for the requested name.
//
// The enqueuer chooses the name, but must not be able to choose an address with it. So in a host, `{target}` is only
// replaced by labels that no resolver reads as an address. And unless the operator wrote the end of the host
// (`{target}.internal`), the name decides whose host it is, and the request goes only to public addresses, or to those
// that an operator allowed (external-urls.ts).

import { isIP } from 'node:net';

/** The characters of a target's name, so that it cannot change the structure of a pattern's URL. */
const TARGET_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** The value of the longest pattern that matches the name, the first of equals; undefined if none matches. */
export function byPattern<Value>(
  entries: Iterable<readonly [pattern: string, Value]>,
  name: string,
): Value | undefined {
  if (!TARGET_NAME.test(name)) return undefined;
  const fitting = [...entries].filter(([pattern]) => matches(pattern, name));
  return fitting.sort(([a], [b]) => b.length - a.length)[0]?.[1];
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return false;
  const escaped = pattern.split('*').map((text) => text.replace(/[^A-Za-z0-9]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name);
}

const PLACEHOLDER = '{target}';
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The URL of a pattern's target for a name; undefined if the result is an address or not a valid host. */
export function fillIn(pattern: string, name: string): string | undefined {
  const url = pattern.replaceAll(PLACEHOLDER, name);
  const host = hostIn(pattern);
  if (!host.includes(PLACEHOLDER)) return url;
  const wanted = host.replaceAll(PLACEHOLDER, name).toLowerCase();
  const isHost = URL.parse(url)?.hostname === wanted && isIP(wanted) === 0 && wanted.split('.').every(isLabel);
  return isHost ? url : undefined;
}

/** True if the name of the target decides whose host it is. */
export function isOpenPattern(pattern: string): boolean {
  return hostIn(pattern).split('.').at(-1)?.includes(PLACEHOLDER) ?? false;
}

const isLabel = (label: string) => LABEL.test(label);

/** The host as written, without the port. */
function hostIn(url: string): string {
  return /^[a-z]+:\/\/([^/?#]*?)(:\d*)?([/?#]|$)/i.exec(url)?.[1] ?? '';
}
