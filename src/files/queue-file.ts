// queue.yaml and queue.xml, as App Engine had them.

import { QueueConfigError } from '../domain/config-error.ts';
import { Problems } from '../domain/config-file/problems.ts';
import { type ReadQueueConfig, readQueueConfig } from '../domain/queue-file/read-queue-config.ts';
import { configText } from './config-text.ts';
import { readXml } from './xml.ts';
import { readYaml } from './yaml.ts';

/** How a queue file is read. */
export interface QueueFileOptions {
  /** Its name, for messages; one that ends in .xml is read as queue.xml. Default queue.yaml. */
  file?: string;
  /** A rate on a pull queue is ignored with a warning. Default false: it is refused. */
  lenient?: boolean;
}

const SHAPE = { root: 'queue-entries', repeated: 'queue', lists: ['acl'] };

/**
 * Reads a queue file.
 *
 * @param content text, or bytes of UTF-8; at most 256 KB
 * @throws QueueConfigError with all that is wrong, line by line
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
