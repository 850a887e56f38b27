// `pgtaskqueue queues apply` and `queues export`: the queues as a file.

import type { Command } from 'commander';
import { QueueConfigError } from '../../domain/errors.ts';
import type { QueueChange } from '../../domain/queue-file/queue-change.ts';
import { queueConfigOf } from '../../domain/queue-file/queue-config-of.ts';
import { parseQueueFile } from '../../files/queue-file.ts';
import { writeQueueYaml } from '../../files/write-queue-yaml.ts';
import { applyQueueConfig, readStorageLimit } from '../../store/queue-configs.ts';
import { listQueues } from '../../store/queues.ts';
import { readConfigFile } from '../config-file.ts';
import { confirm } from '../confirm.ts';
import { onDatabase, type Session } from '../connect.ts';
import { isDifference, planText } from '../display/plan-text.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';

/** Adds `apply` and `export` to the noun `queues`. */
export function addQueueFileCommands(queues: Command): void {
  queues
    .command('apply <file>')
    .description(
      'make the queues what queue.yaml or queue.xml says: shows the plan, asks, and does all of it or nothing',
    )
    .option('--dry-run', 'only show the plan; exit 1 when there is a difference')
    .option('--yes', 'do not ask')
    .option('--lenient', 'ignore a rate on a pull queue, with a warning')
    .option('--disable-all', 'disable every queue that the file does not list, also those made by create')
    .addHelpText('after', '\nExample:\n  pgtaskqueue queues apply queue.yaml --dry-run')
    .action(onDatabase(apply));
  queues
    .command('export')
    .description('print the queues as queue.yaml')
    .addHelpText('after', '\nExample:\n  pgtaskqueue queues export > queue.yaml')
    .action(onDatabase(exportQueues));
}

interface ApplyFlags {
  dryRun?: boolean;
  yes?: boolean;
  lenient?: boolean;
  disableAll?: boolean;
}

async function apply({ database, output }: Session, path: string, flags: ApplyFlags): Promise<void> {
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
  output.result(differs ? `Applied ${file}.` : `${file} is applied already.`, { changes: done, applied: true });

  async function carryOut(): Promise<QueueChange[]> {
    if (differs) await confirm(async () => 'Apply this?', flags.yes, 'this changes queues');
    return applyQueueConfig(database, config, { approved: plan, disableAll });
  }
}

async function exportQueues({ database, output }: Session): Promise<void> {
  const config = queueConfigOf(await listQueues(database), await readStorageLimit(database));
  const text = writeQueueYaml(config);
  output.result(text.trimEnd(), config);
  warnOfUnsaid(text, output);
}

/** Queues made by hand may have settings that no file can say, such as a target with a port: whoever applies the file will be told, too. */
function warnOfUnsaid(text: string, output: Session['output']): void {
  try {
    parseQueueFile(text, { file: 'the file' });
  } catch (error) {
    if (!(error instanceof QueueConfigError)) throw error;
    for (const { message } of error.problems) output.warn(`warning: no queue file can say this: ${message}`);
  }
}
