// Validates the contents of a queue file and turns them into queues (App Engine's queue.yaml and queue.xml).

import { type ConfigProblem, QueueConfigError } from '../config-error.ts';
import type { ConfigNode } from '../config-file/config-node.ts';
import { Problems } from '../config-file/problems.ts';
import { entriesOf, itemsOf, readValues } from '../config-file/read-mapping.ts';
import type { QueueConfig, QueueEntry } from './queue-config.ts';
import { FILE_KEYS } from './queue-keys.ts';
import { type QueueRules, readQueueEntry } from './read-queue-entry.ts';

/** A valid file, and the warnings about it. */
export interface ReadQueueConfig {
  config: QueueConfig;
  warnings: ConfigProblem[];
}

const FILE = { label: 'the file' };

/**
 * Reads a queue file.
 *
 * @param file the name of the file, for messages
 * @throws QueueConfigError with all problems
 */
export function readQueueConfig(
  root: ConfigNode,
  file: string,
  rules: QueueRules,
  problems = new Problems(),
): ReadQueueConfig {
  const keys = rules.xml ? ['total_storage_limit', 'queue'] : [...Object.keys(FILE_KEYS), 'queue'];
  const found = entriesOf(root, keys, FILE, problems);
  const settings = readValues(found, FILE_KEYS, FILE, problems);
  const entries = itemsOf(found.get('queue')?.value, 'queue', FILE, problems);
  const queues = entries.map((entry, at) => readQueueEntry(entry, at, rules, problems));
  refuseTwins(entries, queues, problems);
  if (problems.found.length > 0) throw new QueueConfigError(file, problems.found);
  return { config: { ...settings, queue: queues as QueueEntry[] }, warnings: problems.warnings };
}

function refuseTwins(entries: readonly ConfigNode[], queues: readonly Partial<QueueEntry>[], problems: Problems): void {
  const seen = new Set<string>();
  queues.forEach(({ name }, at) => {
    const node = entries[at];
    if (name === undefined || !node) return;
    if (seen.has(name)) {
      problems.add(node.at, `queue ${name} occurs twice in the file`, { entry: name, key: 'name', value: name });
    }
    seen.add(name);
  });
}
