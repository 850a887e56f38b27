// `pgtaskqueue cron …`: what runs by the clock.

import type { Command } from 'commander';
import type { CronChange } from '../../domain/cron/cron.ts';
import { plannedRuns } from '../../domain/cron/planned-runs.ts';
import { parseCronFile } from '../../files/cron-file.ts';
import { applyCronConfig, listCrons, runCron } from '../../store/crons.ts';
import { readConfigFile } from '../config-file.ts';
import { confirm } from '../confirm.ts';
import { onDatabase, type Session } from '../connect.ts';
import { CRON_COLUMNS, cronPlanText, nextRunsText } from '../display/cron-text.ts';
import { table } from '../display/table.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';

interface ApplyFlags {
  dryRun?: boolean;
  yes?: boolean;
}

/** Adds the noun `cron` and its verbs. */
export function addCronCommands(program: Command): void {
  const cron = program.command('cron').description('what runs by the clock');
  cron
    .command('apply <file>')
    .description(
      'make the entries what cron.yaml or cron.xml says: shows the plan, asks, and does all of it or nothing',
    )
    .option('--dry-run', 'only show the plan; exit 1 when there is a difference')
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  pgtaskqueue cron apply cron.yaml --dry-run')
    .action(onDatabase(apply));
  cron
    .command('list')
    .description('all entries, how they ran last, and their next five runs')
    .addHelpText('after', '\nExample:\n  pgtaskqueue cron list')
    .action(onDatabase(list));
  cron
    .command('run <name>')
    .description('run an entry now, beside its schedule')
    .addHelpText('after', '\nExample:\n  pgtaskqueue cron run tasks-summary')
    .action(onDatabase(runNow));
}

async function apply({ database, output }: Session, path: string, flags: ApplyFlags): Promise<void> {
  const { file, content } = await readConfigFile(path, ['cron.yaml', 'cron.xml']);
  const config = parseCronFile(content, file);
  const plan = await applyCronConfig(database, config, { dryRun: true });
  if (flags.dryRun) {
    output.result(cronPlanText(plan, output.colors), { changes: plan, applied: false });
    if (plan.length > 0) throw new ExitWith(EXIT.failed);
    return;
  }
  output.say(cronPlanText(plan, output.colors));
  const done = plan.length > 0 ? await carryOut() : plan;
  output.result(done.length > 0 ? `Applied ${file}.` : `${file} is applied already.`, { changes: done, applied: true });

  async function carryOut(): Promise<CronChange[]> {
    await confirm(async () => 'Apply this?', flags.yes, 'this changes what runs by the clock');
    return applyCronConfig(database, config, { approved: plan });
  }
}

async function list({ database, output }: Session): Promise<void> {
  const crons = await listCrons(database);
  const now = new Date();
  const text =
    crons.length > 0
      ? `${table(CRON_COLUMNS, crons, output.colors)}\n\nNext runs:\n${nextRunsText(crons, now)}`
      : 'No cron entries. Write a cron.yaml, and apply it: pgtaskqueue cron apply cron.yaml';
  output.result(
    text,
    crons.map((cron) => ({ ...cron, nextRuns: plannedRuns(cron, now) })),
  );
}

async function runNow({ database, output }: Session, name: string): Promise<void> {
  const task = await runCron(database, name);
  output.result(`Added task ${task.name} to queue ${task.queue}.`, task);
}
