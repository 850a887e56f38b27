// `pgtaskqueue audit`, `verify` and `doctor`.

import { type Command, Option } from 'commander';
import { whole } from '../arguments.ts';
import { acceptQueueOption, everyCell, lazily, onQueue } from './verbs.ts';

/** Adds the command `audit`. */
export function addAuditCommand(program: Command): void {
  const audit = program
    .command('audit [queue]')
    .description('Show who changed queues, targets and keys, latest first: of a queue or all')
    .addOption(new Option('--limit <n>', 'most rows to show').argParser(whole).default(50))
    .addHelpText('after', '\nExample:\n  pgtaskqueue audit mail');
  acceptQueueOption(audit).action(onQueue(lazily(() => import('../actions/audit.ts'), 'audit')));
}

/** Adds the command `verify`. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('Check the invariants of the stored data; reads all of it, and exits with 1 if one is violated')
    .addHelpText('after', '\nExample:\n  pgtaskqueue verify')
    .action(lazily(() => import('../actions/verify.ts'), 'verify'));
}

/** Adds the command `doctor`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Check versions, settings, notifications and what holds back vacuum; exits with 1 if tasks cannot run')
    .addOption(everyCell())
    .addHelpText('after', '\nExample:\n  pgtaskqueue doctor')
    .action(lazily(() => import('../actions/doctor.ts'), 'doctor'));
}
