// Reads a server's settings from a file: its environment variables, without their prefix and in lower case.

import { kindOfNode } from '../domain/config-file/config-node.ts';
import { Problems } from '../domain/config-file/problems.ts';
import { QueueConfigError } from '../domain/errors.ts';
import { configText } from './config-text.ts';
import { readYaml } from './yaml.ts';

const PREFIX = 'PGTASKQUEUE_';

/**
 * Reads a file such as `port: 8200`; a list becomes the variable's values separated by commas.
 *
 * @param content text, or bytes of UTF-8; at most 256 KB
 * @param known all variables of the server
 * @returns the settings by variable, such as `PGTASKQUEUE_PORT`
 * @throws QueueConfigError with all problems and their lines
 */
export function parseSettingsFile(
  content: string | Uint8Array,
  file: string,
  known: readonly string[],
): Record<string, string> {
  const problems = new Problems();
  const text = configText(content, problems);
  const root = text === undefined ? undefined : readYaml(text, problems);
  const settings = new Map<string, string>();
  if (root && root.kind !== 'mapping')
    problems.add(root.at, `the file must be a mapping of keys and values, got ${kindOfNode(root)}`);
  for (const { key, at, value } of root?.kind === 'mapping' ? root.entries : []) {
    const name = PREFIX + key.toUpperCase();
    const texts = (value.kind === 'list' ? value.items : [value]).map((one) =>
      one.kind === 'scalar' ? one.text : undefined,
    );
    if (!/^[a-z_]+$/.test(key) || !known.includes(name)) {
      problems.add(
        at,
        `unknown setting ${key}; known settings: ${known.map((one) => one.slice(PREFIX.length).toLowerCase()).join(', ')}`,
        { key },
      );
    } else if (settings.has(name)) problems.add(at, `the file has the key ${key} twice`, { key });
    else if (texts.includes(undefined)) problems.add(value.at, `${key} must be a value or a list of values`, { key });
    else settings.set(name, texts.join(','));
  }
  if (problems.found.length > 0) throw new QueueConfigError(file, problems.found);
  return Object.fromEntries(settings);
}
