// Reads queue.yaml and queue.xml in App Engine's formats.

import { QueueConfigError } from '../domain/config-error.ts';
import { Problems } from '../domain/config-file/problems.ts';
import { type ReadQueueConfig, readQueueConfig } from '../domain/queue-file/read-queue-config.ts';
import { configText } from './config-text.ts';
import { readXml } from './xml.ts';
import { readYaml } from './yaml.ts';

/** Options for reading a queue file. */
export interface QueueFileOptions {
  /** The name of the file, for messages; a name that ends in .xml is read as queue.xml. Default queue.yaml. */
  file?: string;
  /** True: ignore a rate on a pull queue with a warning. Default false: report it as a problem. */
  lenient?: boolean;
}

const SHAPE = { root: 'queue-entries', repeated: 'queue', lists: ['acl'] };

/**
 * Reads a queue file.
 *
 * @param content text, or bytes of UTF-8; at most 256 KB
 * @throws QueueConfigError with all problems and their lines
 * @example parseQueueFile('queue:\n- name: mail\n  rate: 5/s').config.queue   // [{ name: 'mail', rate: '5/s' }]
 */
export function parseQueueFile(content: string | Uint8Array, options: QueueFileOptions = {}): ReadQueueConfig {
  const { file = 'queue.yaml', lenient = false } = options;
  const xml = file.toLowerCase().endsWith('.xml');
  const problems = new Problems();
  const text = configText(content, problems);
  const root = text === undefined ? undefined : xml ? readXml(text, SHAPE, problems) : readYaml(text, problems);
  if (!root) throw new QueueConfigError(file, problems.found);
  return readQueueConfig(root, file, { xml, lenient }, problems);
}
