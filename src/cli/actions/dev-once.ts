// `dev --once`: runs the demonstration and reports how many checks passed.

import { watchForInterruption } from '../../server/shutdown.ts';
import { printable } from '../display/text.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { type DevDatabase, openTemporaryDatabase, type PostgresSettings } from './dev-database.ts';

/**
 * Plays on a temporary database, so that it can be repeated, even next to a running `dev`. Ctrl-C ends it after the
 * current scenario, or at once while PostgreSQL starts.
 *
 * @throws ExitWith 1 when a check failed · ExitWith 130 after Ctrl-C
 */
export async function runDemonstrationOnce(settings: PostgresSettings, output: Output): Promise<void> {
  const { runDemonstration } = await import('../../demo/demonstration.ts');
  output.say(`Starting PostgreSQL in ${settings.dataDir}, with a temporary database …`);
  const { signal, forget } = watchForInterruption();
  const database = await opened(settings, output, signal);
  const say = (line: string) => output.say(colored(line, output));
  try {
    const { checks, passed, failed } = await runDemonstration(database.url, { say, signal });
    output.say();
    output.result(`${passed} passed, ${failed} failed`, { passed, failed, checks });
    if (signal.aborted) throw new ExitWith(EXIT.interrupted);
    if (failed > 0) throw new ExitWith(EXIT.failed);
  } finally {
    await database.close();
    forget();
  }
}

async function opened(settings: PostgresSettings, output: Output, signal: AbortSignal): Promise<DevDatabase> {
  try {
    return await openTemporaryDatabase(settings, { warn: (line) => output.warn(line), signal });
  } catch (error) {
    throw signal.aborted ? new ExitWith(EXIT.interrupted) : error;
  }
}

function colored(line: string, { colors }: Output): string {
  return printable(line, { lines: true })
    .replace(/^( *)✓/, `$1${colors.green('✓')}`)
    .replace(/^( *)✗/, `$1${colors.red('✗')}`);
}
