// Reads the file of a relay: the stores whose outboxes it turns into tasks.

import { type Kind, numeric, text } from '../domain/config-file/kinds.ts';
import { Problems } from '../domain/config-file/problems.ts';
import { entriesOf, itemsOf, readValues } from '../domain/config-file/read-mapping.ts';
import { QueueConfigError } from '../domain/errors.ts';
import { configText } from './config-text.ts';
import { readYaml } from './yaml.ts';

/** A source as the file has it. */
export interface RelayEntry {
  name: string;
  url: string;
  table?: string;
  poll_seconds?: number;
}

const KEYS: Readonly<Record<keyof RelayEntry, Kind>> = {
  name: text(/^[A-Za-z0-9_-]{1,60}$/, '1 to 60 letters, digits, _ and -'),
  url: text(/^(env:\w+|file:.+|postgres(ql)?:\/\/.*)$/, 'env:NAME, file:/path or a connection string'),
  table: text(/^[^.\0]+(\.[^.\0]+)?$/, 'the name of a table, with or without its schema'),
  poll_seconds: numeric(0.01, 3_600, 'a number of seconds from 0.01 to 3600'),
};
const FILE = { label: 'the file' };

/**
 * Reads the file of a relay.
 *
 * @param content text, or bytes of UTF-8; at most 256 KB
 * @throws QueueConfigError with all problems and their lines
 * @example `parseRelayFile('sources:\n- name: shop\n  url: env:SHOP_URL\n', 'relay.yaml')`
 */
export function parseRelayFile(content: string | Uint8Array, file: string): RelayEntry[] {
  const problems = new Problems();
  const written = configText(content, problems);
  const root = written === undefined ? undefined : readYaml(written, problems);
  if (!root) throw new QueueConfigError(file, problems.found);
  const found = entriesOf(root, ['sources'], FILE, problems);
  const items = itemsOf(found.get('sources')?.value, 'sources', FILE, problems);
  if (problems.found.length === 0 && items.length === 0)
    problems.add(root.at, 'the file must have a list of sources, got none');
  const names = new Set<string>();
  const entries = items.map((item, at) => {
    const whose = { label: `source ${at + 1}` };
    const keys = entriesOf(item, Object.keys(KEYS), whose, problems);
    for (const key of ['name', 'url'])
      if (!keys.has(key)) problems.add(item.at, `${whose.label} has no ${key}`, { key });
    const entry = readValues(keys, KEYS, whose, problems) as unknown as RelayEntry;
    if (names.has(entry.name)) problems.add(item.at, `two sources are named ${entry.name}`, { key: 'name' });
    names.add(entry.name);
    return entry;
  });
  if (problems.found.length > 0) throw new QueueConfigError(file, problems.found);
  return entries;
}
