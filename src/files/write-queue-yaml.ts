// A queue file as text.

import { stringify } from 'yaml';
import type { QueueConfig } from '../domain/queue-file/queue-config.ts';

/** The text of queue.yaml. */
export function writeQueueYaml(config: QueueConfig): string {
  // A name of digits is quoted, so that it stays text for other readers.
  return stringify(config, { lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false });
}
