// Reads a mapping by the table of its keys. Unknown keys are reported with the closest known key, and each problem with
// its position.

import { similar } from '../known-keys.ts';
import { type ConfigMapping, type ConfigNode, excerpt, isEmpty, kindOfNode, type Position } from './config-node.ts';
import type { Kind } from './kinds.ts';
import type { Problems } from './problems.ts';

/** The name of a mapping in messages: `queue mail`, `the file`. */
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
 * Returns the values of a mapping by key, and reports unknown and repeated keys.
 *
 * @param known the keys that are allowed
 * @returns an empty map if the node is not a mapping, which is reported
 */
export function entriesOf(
  node: ConfigNode,
  known: readonly string[],
  whose: Whose,
  problems: Problems,
): Map<string, Found> {
  const found = new Map<string, Found>();
  if (node.kind !== 'mapping') {
    if (!isEmpty(node))
      problems.add(node.at, `${whose.label} must be a mapping of keys and values, got ${kindOfNode(node)}`, whose);
    return found;
  }
  for (const { key, at, value } of (node satisfies ConfigMapping).entries) {
    const about = { entry: whose.entry, key };
    if (!known.includes(key)) {
      const meant = similar(key, known);
      const guess = meant === undefined ? `known keys are ${known.join(', ')}` : `did you mean ${meant}?`;
      problems.add(at, `${whose.label} has no key ${excerpt(key)}: ${guess}`, about);
    } else if (found.has(key)) {
      problems.add(at, `${whose.label} has the key ${key} twice`, about);
    } else {
      found.set(key, { at, value });
    }
  }
  return found;
}

/** Returns the value of a key; undefined if the key is missing, or if its value is invalid, which is reported. */
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
    `${whose.label}: ${key} must be ${kind.expected}, got ${kindOfNode(node)}`,
    {
      entry: whose.entry,
      key,
      value: written,
    },
  );
}

/** Returns the values of all keys that are present and valid. */
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

/** Returns the items of a list; none if the node is empty, or is not a list, which is reported. */
export function itemsOf(node: ConfigNode | undefined, key: string, whose: Whose, problems: Problems): ConfigNode[] {
  if (!node || isEmpty(node)) return [];
  if (node.kind === 'list') return node.items;
  problems.add(node.at, `${whose.label}: ${key} must be a list, got ${kindOfNode(node)}`, { entry: whose.entry, key });
  return [];
}
