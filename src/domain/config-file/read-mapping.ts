// Reads a mapping by the table of its keys: unknown keys are refused with the nearest known one, and each problem is reported with its place.

import { nearest } from '../known-keys.ts';
import { type ConfigMapping, type ConfigNode, excerpt, isEmpty, kindOfNode, type Position } from './config-node.ts';
import type { Kind } from './kinds.ts';
import type { Problems } from './problems.ts';

/** What a mapping is called in messages: `queue mail`, `the file`. */
export interface Whose {
  label: string;
  entry?: string | undefined;
}

/** A key that was found. */
export interface Found {
  at: Position;
  value: ConfigNode;
}

/**
 * The values of a mapping by key, each key once.
 *
 * @param known the keys that may be there
 * @returns an empty map when the node is no mapping, which is reported
 */
export function entriesOf(
  node: ConfigNode,
  known: readonly string[],
  whose: Whose,
  problems: Problems,
): Map<string, Found> {
  const found = new Map<string, Found>();
  if (node.kind !== 'mapping') {
    if (!isEmpty(node)) problems.add(node.at, `${whose.label} has keys and values, and not ${kindOfNode(node)}`, whose);
    return found;
  }
  for (const { key, at, value } of (node satisfies ConfigMapping).entries) {
    const about = { entry: whose.entry, key };
    if (!known.includes(key)) {
      problems.add(at, `${whose.label} has no key ${excerpt(key)}: did you mean ${nearest(key, known)}?`, about);
    } else if (found.has(key)) {
      problems.add(at, `${whose.label} says ${key} twice`, about);
    } else {
      found.set(key, { at, value });
    }
  }
  return found;
}

/** The value of a key that takes one; undefined when it is not there, or is wrong, which is reported. */
export function readValue<Value>(
  found: Map<string, Found>,
  key: string,
  kind: Kind<Value>,
  whose: Whose,
  problems: Problems,
): Value | undefined {
  const entry = found.get(key);
  if (!entry) return undefined;
  const { value: node } = entry;
  const value = node.kind === 'scalar' && !isEmpty(node) ? kind.read(node) : undefined;
  if (value !== undefined) return value;
  const written = node.kind === 'scalar' ? node.text : kindOfNode(node);
  return problems.add(
    isEmpty(node) ? entry.at : node.at,
    `${whose.label}: ${key} can't be ${kindOfNode(node)}: ${kind.expected}`,
    {
      entry: whose.entry,
      key,
      value: written,
    },
  );
}

/** The values of all keys that are there and right. */
export function readValues(
  found: Map<string, Found>,
  kinds: Readonly<Record<string, Kind>>,
  whose: Whose,
  problems: Problems,
): Record<string, unknown> {
  const values = Object.entries(kinds).map(
    ([key, kind]) => [key, readValue(found, key, kind, whose, problems)] as const,
  );
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** The items of a list; none when the node is empty, or is no list, which is reported. */
export function itemsOf(node: ConfigNode | undefined, key: string, whose: Whose, problems: Problems): ConfigNode[] {
  if (!node || isEmpty(node)) return [];
  if (node.kind === 'list') return node.items;
  problems.add(node.at, `${whose.label}: ${key} is a list, and not ${kindOfNode(node)}`, { entry: whose.entry, key });
  return [];
}
