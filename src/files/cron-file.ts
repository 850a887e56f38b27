// Reads cron.yaml and cron.xml in App Engine's formats.

import { Problems } from '../domain/config-file/problems.ts';
import type { CronConfig } from '../domain/cron/cron-config.ts';
import { insteadOfCrontab } from '../domain/cron/crontab.ts';
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
  if (text !== undefined && !xml) reportCrontabs(text, problems);
  const isReadable = text !== undefined && problems.found.length === 0;
  const root = !isReadable ? undefined : xml ? readXml(text, SHAPE, problems) : readYaml(text, problems);
  if (!root) throw new QueueConfigError(file, problems.found);
  return readCronConfig(root, file, xml, problems);
}

/** An expression such as `* 9 * * *` without quotes is an alias to YAML, whose own message would help nobody. */
function reportCrontabs(text: string, problems: Problems): void {
  for (const [index, line] of text.split('\n').entries()) {
    const [, before = '', expression = ''] = /^(.*\bschedule:\s*)(\*[^#}]*)/.exec(line) ?? [];
    const instead = insteadOfCrontab(expression);
    if (!instead) continue;
    const at = { line: index + 1, column: before.length + 1 };
    problems.add(at, `invalid schedule '${expression.trim()}': this is crontab syntax; write ${instead}`);
  }
}
