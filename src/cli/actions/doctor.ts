// `pgtaskqueue doctor`: checks everything that tasks need to run.

import { checkDatabase } from '../../schema/doctor/checkup.ts';
import { checkClocks, checkWakeUps } from '../../schema/doctor/connection-checks.ts';
import { checkSchemaState } from '../../schema/doctor/schema-checks.ts';
import { checkServer } from '../../schema/doctor/server-checks.ts';
import { checkSessions } from '../../schema/doctor/session-checks.ts';
import { onDatabases, type Session } from '../connect.ts';
import { printable } from '../display/text.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';

export const doctor = onDatabases(async ({ database, output }: Session) => {
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
  const advised = findings.map((one) => ({ ...one, ...(one.remedy && { remedy: output.advice(one.remedy) }) }));
  const lines = advised.flatMap(({ check, level, detail, remedy, sql }) => [
    `${mark[level]}  ${check}: ${printable(detail)}`,
    ...[...(remedy?.split('\n') ?? []), ...(sql ? [sql] : [])].map((line) => `      ${printable(line)}`),
  ]);
  output.result(lines.join('\n'), advised);
  if (findings.some(({ level }) => level === 'fail')) throw new ExitWith(EXIT.failed);
});
