// Reads one queue of a queue file.

import type { ConfigNode } from '../config-file/config-node.ts';
import { excerpt } from '../config-file/config-node.ts';
import type { Problems } from '../config-file/problems.ts';
import { entriesOf, type Found, itemsOf, readValues, type Whose } from '../config-file/read-mapping.ts';
import type { DeathNoticesEntry, QueueEntry, QueueEntryRetry } from './queue-config.ts';
import { ACL_KEYS, ON_DEAD_KEYS, PULL_RETRY, PUSH_ONLY, QUEUE_KEYS, RETRY_KEYS, XML_TARGET } from './queue-keys.ts';

/** The rules to read a queue by. */
export interface QueueRules {
  /** True: apply the rules of queue.xml. */
  xml?: boolean;
  /** True: ignore a rate on a pull queue with a warning, as App Engine's oldest tools did. */
  lenient?: boolean;
}

const KEYS = [...Object.keys(QUEUE_KEYS), 'retry_parameters', 'acl'];

/** Reads a queue; invalid settings are reported and left out. */
export function readQueueEntry(
  node: ConfigNode,
  at: number,
  rules: QueueRules,
  problems: Problems,
): Partial<QueueEntry> {
  const name = nameIn(node);
  const whose: Whose = { label: name === undefined ? `queue number ${at + 1}` : `queue ${name}`, entry: name };
  if (node.kind !== 'mapping') {
    problems.add(node.at, `${whose.label} must be a mapping of keys and values, such as name and rate`);
    return {};
  }
  const found = entriesOf(node, KEYS, whose, problems);
  const isPull = modeIn(found) === 'pull';
  if (isPull && rules.lenient) ignoreRate(found, whose, problems);
  const kinds = rules.xml ? { ...QUEUE_KEYS, target: XML_TARGET } : QUEUE_KEYS;
  const queue = readValues(found, kinds, whose, problems) as Partial<QueueEntry>;
  const retry = readRetry(found.get('retry_parameters'), isPull, whose, problems);
  const acl = readAcl(found.get('acl'), whose, problems);
  const onDead = readOnDead(found.get('on_dead'), whose, problems);
  if (!found.has('name')) problems.add(node.at, `${whose.label} has no name`, { key: 'name' });
  if (isPull) refusePushKeys(found, whose, problems);
  else checkPush(node, found, name, whose, problems);
  warnOfClamp(queue.max_concurrent_requests, found, whose, problems);
  return {
    ...queue,
    ...(retry && { retry_parameters: retry }),
    ...(acl.length > 0 && { acl }),
    ...(onDead && { on_dead: onDead }),
  };
}

function refusePushKeys(found: Map<string, Found>, whose: Whose, problems: Problems): void {
  for (const key of PUSH_ONLY) {
    const entry = found.get(key);
    if (!entry) continue;
    problems.add(
      entry.at,
      `${whose.label}: ${key} does not apply to pull queues, got ${written(entry)}: workers fetch tasks at their own pace`,
      {
        entry: whose.entry,
        key,
        value: rawOf(entry),
      },
    );
  }
}

function checkPush(
  node: ConfigNode,
  found: Map<string, Found>,
  name: string | undefined,
  whose: Whose,
  problems: Problems,
): void {
  const acl = found.get('acl');
  if (acl)
    problems.add(acl.at, `${whose.label}: acl does not apply to push queues: their tasks are not leased`, {
      entry: whose.entry,
      key: 'acl',
    });
  if (!found.has('rate') && name !== 'default') {
    problems.add(node.at, `${whose.label} has no rate: a push queue requires one, such as 5/s`, {
      entry: whose.entry,
      key: 'rate',
    });
  }
}

function readRetry(
  entry: Found | undefined,
  isPull: boolean,
  whose: Whose,
  problems: Problems,
): QueueEntryRetry | undefined {
  if (!entry) return undefined;
  const block: Whose = { label: `${whose.label}: retry_parameters`, entry: whose.entry };
  const found = entriesOf(entry.value, Object.keys(RETRY_KEYS), block, problems);
  for (const [key, given] of found) {
    if (!isPull || (PULL_RETRY as readonly string[]).includes(key)) continue;
    found.delete(key);
    problems.add(
      given.at,
      `${whose.label}: a pull queue accepts only the retry parameter task_retry_limit, got ${key} (${written(given)})`,
      {
        entry: whose.entry,
        key,
        value: rawOf(given),
      },
    );
  }
  const retry = readValues(found, RETRY_KEYS, whose, problems) as QueueEntryRetry;
  const { min_backoff_seconds: min, max_backoff_seconds: max } = retry;
  if (min !== undefined && max !== undefined && min > max) {
    const at = found.get('min_backoff_seconds')?.at ?? entry.at;
    problems.add(at, `${whose.label}: min_backoff_seconds must be at most max_backoff_seconds (${max}), got ${min}`, {
      entry: whose.entry,
      key: 'min_backoff_seconds',
      value: String(min),
    });
  }
  return retry;
}

function readOnDead(entry: Found | undefined, whose: Whose, problems: Problems): DeathNoticesEntry | undefined {
  if (!entry) return undefined;
  const block: Whose = { label: `${whose.label}: on_dead`, entry: whose.entry };
  const found = entriesOf(entry.value, Object.keys(ON_DEAD_KEYS), block, problems);
  const about = { entry: whose.entry, key: 'on_dead' };
  if (!found.has('queue')) problems.add(entry.at, `${whose.label}: on_dead must name a queue`, about);
  return readValues(found, ON_DEAD_KEYS, block, problems) as DeathNoticesEntry;
}

function readAcl(
  entry: Found | undefined,
  whose: Whose,
  problems: Problems,
): Record<string, string>[] & QueueEntry['acl'] {
  const items = itemsOf(entry?.value, 'acl', whose, problems);
  const about = { entry: whose.entry, key: 'acl' };
  return items.flatMap((item) => {
    if (item.kind !== 'mapping') {
      problems.add(
        item.at,
        `${whose.label}: an entry of acl must be user_email or writer_email with an address`,
        about,
      );
      return [];
    }
    const block: Whose = { label: `${whose.label}: acl`, entry: whose.entry };
    const found = entriesOf(item, Object.keys(ACL_KEYS), block, problems);
    if (found.size !== 1) {
      problems.add(item.at, `${whose.label}: an entry of acl must be one user_email or one writer_email`, about);
    }
    const values = readValues(found, ACL_KEYS, whose, problems);
    return Object.keys(values).length === 1 ? [values as Record<string, string>] : [];
  }) as Record<string, string>[] & QueueEntry['acl'];
}

function warnOfClamp(given: number | undefined, found: Map<string, Found>, whose: Whose, problems: Problems): void {
  const entry = found.get('max_concurrent_requests');
  if (given === undefined || !entry || (given >= 1 && given <= 5000)) return;
  problems.warn(
    entry.at,
    `${whose.label}: max_concurrent_requests ${given} is stored as ${Math.max(1, Math.min(5000, given))}`,
    {
      entry: whose.entry,
      key: 'max_concurrent_requests',
      value: String(given),
    },
  );
}

function ignoreRate(found: Map<string, Found>, whose: Whose, problems: Problems): void {
  const rate = found.get('rate');
  if (!rate) return;
  found.delete('rate');
  problems.warn(rate.at, `${whose.label}: the rate of a pull queue (${written(rate)}) is ignored`, {
    entry: whose.entry,
    key: 'rate',
    value: rawOf(rate),
  });
}

function nameIn(node: ConfigNode): string | undefined {
  const name = node.kind === 'mapping' ? node.entries.find(({ key }) => key === 'name')?.value : undefined;
  return name?.kind === 'scalar' && QUEUE_KEYS.name.read(name) !== undefined ? name.text : undefined;
}

function modeIn(found: Map<string, Found>): string | undefined {
  const mode = found.get('mode')?.value;
  return mode?.kind === 'scalar' ? mode.text : undefined;
}

const rawOf = ({ value }: Found) => (value.kind === 'scalar' ? value.text : undefined);
const written = (found: Found) => excerpt(rawOf(found) ?? '…');
