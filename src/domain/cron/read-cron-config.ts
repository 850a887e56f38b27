// Validates the contents of a cron file and turns them into jobs (App Engine's cron.yaml and cron.xml).

import { type ConfigNode, isEmpty } from '../config-file/config-node.ts';
import { Problems } from '../config-file/problems.ts';
import { entriesOf, type Found, itemsOf, readValues, type Whose } from '../config-file/read-mapping.ts';
import { QueueConfigError } from '../errors.ts';
import type { CronConfig, CronEntry, CronRetry } from './cron-config.ts';
import { CRON_FILE_KEYS, CRON_KEYS, CRON_RETRY_DEFAULTS, CRON_RETRY_KEYS } from './cron-keys.ts';
import { parseSchedule } from './parse-schedule.ts';

const FILE = { label: 'the file' };

/**
 * Reads a cron file.
 *
 * @param file the name of the file, for messages
 * @throws QueueConfigError with all problems
 */
export function readCronConfig(root: ConfigNode, file: string, xml: boolean, problems = new Problems()): CronConfig {
  const found = entriesOf(root, xml ? ['cron'] : [...Object.keys(CRON_FILE_KEYS), 'cron'], FILE, problems);
  readValues(found, CRON_FILE_KEYS, FILE, problems);
  // Without this check, a file that lost its list would delete all jobs.
  if (!found.has('cron'))
    problems.add(root.at, 'the file has no key cron: write an empty list (cron: []) to delete all jobs');
  const entries = itemsOf(found.get('cron')?.value, 'cron', FILE, problems);
  const cron = entries.map((entry, at) => readEntry(entry, at, xml, problems));
  if (problems.found.length > 0) throw new QueueConfigError(file, problems.found);
  return { cron: cron as CronEntry[] };
}

function readEntry(node: ConfigNode, at: number, xml: boolean, problems: Problems): Partial<CronEntry> {
  const whose = whoseOf(node, at);
  if (node.kind !== 'mapping') {
    problems.add(node.at, `${whose.label} must be a mapping of keys and values, such as url and schedule`);
    return {};
  }
  const known = [...Object.keys(CRON_KEYS).filter((key) => !xml || key !== 'attempt_deadline'), 'retry_parameters'];
  const found = entriesOf(node, known, whose, problems);
  for (const key of found.has('queue') ? ['schedule'] : ['url', 'schedule']) {
    if (!found.has(key)) problems.add(node.at, `${whose.label} has no ${key}`, { entry: whose.entry, key });
  }
  for (const key of ['payload', 'tag']) {
    if (found.has(key) && !found.has('queue'))
      problems.add(node.at, `${whose.label}: ${key} requires a queue to add the task to`, { entry: whose.entry, key });
  }
  for (const key of ['target', 'description', 'timezone']) dropEmpty(found, key);
  const entry = readValues(found, CRON_KEYS, whose, problems) as Partial<CronEntry>;
  checkSchedule(entry.schedule, found.get('schedule'), whose, problems);
  const retry = readRetry(found.get('retry_parameters'), whose, problems);
  return { ...entry, ...(retry && { retry_parameters: retry }) };
}

function checkSchedule(text: string | undefined, found: Found | undefined, whose: Whose, problems: Problems): void {
  if (text === undefined || !found) return;
  try {
    parseSchedule(text);
  } catch (error) {
    const about = { entry: whose.entry, key: 'schedule', value: text };
    problems.add(found.value.at, `${whose.label}: ${(error as Error).message}`, about);
  }
}

function readRetry(entry: Found | undefined, whose: Whose, problems: Problems): CronRetry | undefined {
  if (!entry) return undefined;
  const block: Whose = { label: `${whose.label}: retry_parameters`, entry: whose.entry };
  const retry = readValues(
    entriesOf(entry.value, Object.keys(CRON_RETRY_KEYS), block, problems),
    CRON_RETRY_KEYS,
    whose,
    problems,
  ) as CronRetry;
  const { min_backoff_seconds: min, max_backoff_seconds: max } = retry;
  if (min !== undefined && max !== undefined && min > max) {
    const about = { entry: whose.entry, key: 'min_backoff_seconds', value: String(min) };
    problems.add(
      entry.at,
      `${whose.label}: min_backoff_seconds must be at most max_backoff_seconds (${max}), got ${min}`,
      about,
    );
  }
  return retry;
}

/** Completes a block with its defaults. One back-off alone moves the default of the other along, as in a queue file. */
export function fullCronRetry(retry: CronRetry): CronRetry & Record<keyof typeof CRON_RETRY_DEFAULTS, number> {
  const { min_backoff_seconds: min, max_backoff_seconds: max } = retry;
  return {
    ...CRON_RETRY_DEFAULTS,
    min_backoff_seconds: Math.min(CRON_RETRY_DEFAULTS.min_backoff_seconds, max ?? Number.POSITIVE_INFINITY),
    max_backoff_seconds: Math.max(CRON_RETRY_DEFAULTS.max_backoff_seconds, min ?? 0),
    ...retry,
  };
}

/** `target:` with nothing after it means the default. */
function dropEmpty(found: Map<string, Found>, key: string): void {
  const value = found.get(key)?.value;
  if (value && (isEmpty(value) || (value.kind === 'scalar' && value.text === ''))) found.delete(key);
}

function whoseOf(node: ConfigNode, at: number): Whose {
  const url = node.kind === 'mapping' ? node.entries.find(({ key }) => key === 'url')?.value : undefined;
  const known = url?.kind === 'scalar' && CRON_KEYS.url.read(url) !== undefined ? url.text : undefined;
  return { label: known === undefined ? `job number ${at + 1}` : `job ${known}`, entry: known };
}
