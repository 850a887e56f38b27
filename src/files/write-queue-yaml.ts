// Writes a queue file as YAML.

import { stringify } from 'yaml';
import type { QueueConfig } from '../domain/queue-file/queue-config.ts';

/** Returns the text of queue.yaml. */
export function writeQueueYaml(config: QueueConfig): string {
  // stringify quotes a name of digits, so that it stays text for other readers.
  return stringify(config, { lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false });
}
