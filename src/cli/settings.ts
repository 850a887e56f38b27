// The settings file of a run, which `--config` or PGTASKQUEUE_CONFIG names.

import { QueueConfigError } from '../domain/errors.ts';
import { parseSettingsFile, type SettingsFile } from '../files/settings-file.ts';
import { ConfigError } from '../server/config-error.ts';
import { VARIABLES } from '../server/variables.ts';
import { readConfigFile } from './config-file.ts';

/**
 * @throws UsageError if there is no such file; ConfigError with the problems of what it says
 */
export async function readSettings(file: string): Promise<SettingsFile> {
  const { content } = await readConfigFile(file, []);
  const known = Object.keys(VARIABLES).filter((name) => name !== 'PGTASKQUEUE_CONFIG');
  try {
    return parseSettingsFile(content, file, known);
  } catch (error) {
    throw error instanceof QueueConfigError ? new ConfigError(error.message) : error; // nothing is applied
  }
}
