// `pgtaskqueue doctor`: is everything in place for tasks to run?

import type { Command } from 'commander';
import { checkDatabase } from '../schema/doctor/checkup.ts';
import { checkClocks, checkWakeUps } from '../schema/doctor/connection-checks.ts';
import { checkSchemaState } from '../schema/doctor/schema-checks.ts';
import { checkServer } from '../schema/doctor/server-checks.ts';
import { checkSessions } from '../schema/doctor/session-checks.ts';
import { onDatabase, type Session } from './connect.ts';
import { EXIT, ExitWith } from './exit-codes.ts';
import { printable } from './text.ts';

/** Adds the command `doctor`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'check versions, settings, the way dispatchers are woken, and who holds vacuum back; ends with 1 when tasks cannot run',
    )
    .addHelpText('after', '\nExample:\n  pgtaskqueue doctor')
    .action(onDatabase(doctor));
}

async function doctor({ database, output }: Session): Promise<void> {
  const findings = await checkServer(database);
  if (findings.every(({ level }) => level === 'ok')) {
    findings.push(
      ...(await checkSchemaState(database)),
      ...(await checkDatabase(database)),
      ...(await checkSessions(database)),
      await checkWakeUps(database),
      await checkClocks(database),
    );
  }
  const mark = { ok: output.colors.green('ok  '), warn: output.colors.yellow('warn'), fail: output.colors.red('FAIL') };
  const lines = findings.flatMap(({ check, level, detail, remedy }) => [
    `${mark[level]}  ${check}: ${printable(detail)}`,
    ...(remedy ? [`      ${printable(remedy)}`] : []),
  ]);
  output.result(lines.join('\n'), findings);
  if (findings.some(({ level }) => level === 'fail')) throw new ExitWith(EXIT.failed);
}
