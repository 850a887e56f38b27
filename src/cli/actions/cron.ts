// `pgtaskqueue cron …`: scheduled jobs.

import type { CronChange } from '../../domain/cron/cron.ts';
import { plannedRuns } from '../../domain/cron/planned-runs.ts';
import { parseCronFile } from '../../files/cron-file.ts';
import { applyCronConfig, listCrons, runCron } from '../../store/crons.ts';
import { readConfigFile } from '../config-file.ts';
import { confirm } from '../confirm.ts';
import { onDatabase, type Session } from '../connect.ts';
import { CRON_COLUMNS, cronPlanText, nextRunsText } from '../display/cron-text.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';

interface ApplyFlags {
  dryRun?: boolean;
  yes?: boolean;
}

export const apply = onDatabase(
  async ({ database, output, config: { cell } }: Session, path: string, flags: ApplyFlags) => {
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
    output.result(done.length > 0 ? `Applied ${file}.` : `${file} is already applied.`, {
      changes: done,
      applied: true,
    });

    async function carryOut(): Promise<CronChange[]> {
      await confirm(async () => 'Apply this plan?', { yes: flags.yes, cell, why: 'this changes scheduled jobs' });
      return applyCronConfig(database, config, { approved: plan });
    }
  },
);

export const list = onDatabase(async ({ database, output }: Session) => {
  const crons = await listCrons(database);
  const now = new Date();
  const text =
    crons.length > 0
      ? `${output.table(CRON_COLUMNS, crons)}\n\nNext runs:\n${nextRunsText(crons, now)}`
      : 'No scheduled jobs. Write a cron.yaml and apply it: pgtaskqueue cron apply cron.yaml';
  output.result(
    text,
    crons.map((cron) => ({ ...cron, nextRuns: plannedRuns(cron, now) })),
  );
});

export const runNow = onDatabase(async ({ database, output }: Session, name: string) => {
  const task = await runCron(database, name);
  output.result(`Added task ${task.name} to queue ${task.queue}.`, task);
});
