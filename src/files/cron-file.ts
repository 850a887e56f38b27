// Reads cron.yaml and cron.xml in App Engine's formats.

import { Problems } from '../domain/config-file/problems.ts';
import type { CronConfig } from '../domain/cron/cron-config.ts';
import { readCronConfig } from '../domain/cron/read-cron-config.ts';
import { QueueConfigError } from '../domain/errors.ts';
import { configText } from './config-text.ts';
import { readXml } from './xml.ts';
import { readYaml } from './yaml.ts';

const SHAPE = { root: 'cronentries', repeated: 'cron', lists: [] };

/**
 * Reads a cron file.
 *
 * @param content text, or bytes of UTF-8; at most 256 KB
 * @param file the name of the file, for messages; a name that ends in .xml is read as cron.xml
 * @throws QueueConfigError with all problems and their lines
 */
export function parseCronFile(content: string | Uint8Array, file = 'cron.yaml'): CronConfig {
  const xml = file.toLowerCase().endsWith('.xml');
  const problems = new Problems();
  const text = configText(content, problems);
  const root = text === undefined ? undefined : xml ? readXml(text, SHAPE, problems) : readYaml(text, problems);
  if (!root) throw new QueueConfigError(file, problems.found);
  return readCronConfig(root, file, xml, problems);
}
