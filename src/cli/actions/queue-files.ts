// `pgtaskqueue queues apply` and `queues export`: the queues as a file.

import { QueueConfigError } from '../../domain/errors.ts';
import type { QueueChange } from '../../domain/queue-file/queue-change.ts';
import { queueConfigOf } from '../../domain/queue-file/queue-config-of.ts';
import { parseQueueFile } from '../../files/queue-file.ts';
import { writeQueueYaml } from '../../files/write-queue-yaml.ts';
import { applyQueueConfig, readStorageLimit } from '../../store/queue-configs.ts';
import { listQueues } from '../../store/queues.ts';
import { readConfigFile } from '../config-file.ts';
import { confirm } from '../confirm.ts';
import { onDatabase, onDatabases, type Session } from '../connect.ts';
import { isDifference, planText } from '../display/plan-text.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';

interface ApplyFlags {
  dryRun?: boolean;
  yes?: boolean;
  lenient?: boolean;
  disableAll?: boolean;
}

export const apply = onDatabases(
  async ({ database, output, config: { cell } }: Session, path: string, flags: ApplyFlags) => {
    const { lenient = false, disableAll = false } = flags;
    const { file, content } = await readConfigFile(path, ['queue.yaml', 'queue.xml']);
    const { config, warnings } = parseQueueFile(content, { file, lenient });
    for (const { line, column, message } of warnings) output.warn(`warning: ${file}:${line}:${column}: ${message}`);
    const plan = await applyQueueConfig(database, config, { dryRun: true, disableAll });
    const differs = plan.some(isDifference);
    if (flags.dryRun) {
      output.result(planText(plan, output.colors), { changes: plan, applied: false });
      if (differs) throw new ExitWith(EXIT.failed);
      return;
    }
    output.say(planText(plan, output.colors));
    const done = plan.length > 0 ? await carryOut() : plan;
    output.result(differs ? `Applied ${file}.` : `${file} is already applied.`, { changes: done, applied: true });

    async function carryOut(): Promise<QueueChange[]> {
      if (differs) await confirm(async () => 'Apply this plan?', { yes: flags.yes, cell, why: 'this changes queues' });
      return applyQueueConfig(database, config, { approved: plan, disableAll });
    }
  },
);

export const exportQueues = onDatabase(async ({ database, output }: Session) => {
  const config = queueConfigOf(await listQueues(database), await readStorageLimit(database));
  const text = writeQueueYaml(config);
  output.result(text.trimEnd(), config);
  warnOfLosses(text, output);
});

/**
 * A queue made by hand may have settings that a file cannot express, such as a target with a port. Applying the file
 * would report them too.
 */
function warnOfLosses(text: string, output: Session['output']): void {
  try {
    parseQueueFile(text, { file: 'the file' });
  } catch (error) {
    if (!(error instanceof QueueConfigError)) throw error;
    for (const { message } of error.problems) output.warn(`warning: a queue file cannot express this: ${message}`);
  }
}
