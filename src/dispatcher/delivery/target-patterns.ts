// Names that stand for many: `*` in the name of a target, or of a key, is any text; `{target}` in the URL of such a target is the name that was asked for.
//
// Who adds a task chooses the name, and must not choose an address by it. So what stands for `{target}` in a host is made of labels that no resolver reads
// as an address; and unless the operator wrote the end of the host himself (`{target}.internal`), the name chooses whose host it is, and the
// request goes to public addresses only, or to those that an operator allowed (external-urls.ts).

import { isIP } from 'node:net';

/** What a target's name may hold, so that `{target}` in a pattern's URL can't smuggle anything into it. */
const TARGET_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** What the longest pattern that fits this name stands for, the first of equals; undefined: none fits. */
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

const PLACE = '{target}';
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The URL of a pattern's target for a name; undefined: it would lead to an address, or is none. */
export function fillIn(pattern: string, name: string): string | undefined {
  const url = pattern.replaceAll(PLACE, name);
  const host = hostIn(pattern);
  if (!host.includes(PLACE)) return url;
  const wanted = host.replaceAll(PLACE, name).toLowerCase();
  const isHost = URL.parse(url)?.hostname === wanted && isIP(wanted) === 0 && wanted.split('.').every(isLabel);
  return isHost ? url : undefined;
}

/** True: who names the target chooses whose host it is. */
export function isOpenPattern(pattern: string): boolean {
  return hostIn(pattern).split('.').at(-1)?.includes(PLACE) ?? false;
}

const isLabel = (label: string) => LABEL.test(label);

/** As it is written, without the port. */
function hostIn(url: string): string {
  return /^[a-z]+:\/\/([^/?#]*?)(:\d*)?([/?#]|$)/i.exec(url)?.[1] ?? '';
}
