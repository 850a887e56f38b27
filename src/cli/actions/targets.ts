// `pgtaskqueue targets …`: where push tasks are sent.

import type { Command } from 'commander';
import { listTargets, removeTarget, setTarget } from '../../store/targets.ts';
import { whole } from '../arguments.ts';
import { onDatabase, type Session } from '../connect.ts';
import { table } from '../display/table.ts';
import { NotFound } from '../exit-codes.ts';

/** Adds the noun `targets` and its verbs. */
export function addTargetCommands(program: Command): void {
  const targets = program.command('targets').description('where push tasks are sent');
  const verb = (usage: string, what: string, example: string) =>
    targets.command(usage).description(what).addHelpText('after', `\nExample:\n  pgtaskqueue targets ${example}`);

  verb('list', 'all targets', 'list').action(onDatabase(list));
  verb('set <name> <url>', 'send tasks of this target to this base URL', 'set default http://127.0.0.1:3000')
    .option(
      '--max-concurrent <n>',
      'how many requests each dispatcher may have under way there (default: no bound)',
      whole,
    )
    .action(onDatabase(set));
  verb('remove <name>', 'forget a target', 'remove default').action(onDatabase(remove));
}

async function list({ database, output }: Session): Promise<void> {
  const targets = await listTargets(database);
  const columns = [
    { heading: 'NAME', cell: (target: (typeof targets)[number]) => target.name },
    { heading: 'URL', cell: (target: (typeof targets)[number]) => target.url },
    { heading: 'MAX CONCURRENT', cell: (target: (typeof targets)[number]) => String(target.maxConcurrent ?? '-') },
  ];
  output.result(
    targets.length > 0
      ? table(columns, targets, output.colors)
      : 'No targets. Set one: pgtaskqueue targets set default URL',
    targets,
  );
}

async function set(
  { database, output }: Session,
  name: string,
  url: string,
  { maxConcurrent }: { maxConcurrent?: number },
): Promise<void> {
  await setTarget(database, name, url, { maxConcurrent });
  const bound = maxConcurrent === undefined ? '' : `, ${maxConcurrent} requests at a time`;
  output.result(`Target ${name} is ${url}${bound}.`, { name, url, maxConcurrent: maxConcurrent ?? null });
}

async function remove({ database, output }: Session, name: string): Promise<void> {
  if (!(await removeTarget(database, name))) throw new NotFound(`there is no target ${name}`);
  output.result(`Removed target ${name}.`, { name });
}
