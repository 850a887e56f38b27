// The doctor's checks of the schema: its version, pending files, owners and rights.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import { checkSchemaOn, type SchemaCheck } from '../migrate/migrate.ts';

/** Describes the problems found by a check in sentences; none if nothing is wrong. */
export function schemaProblems({ version, required, pending, changed, problems }: SchemaCheck): string[] {
  if (version === null) return ['The database has no taskqueue schema.'];
  return [
    ...(version < required ? [`The schema has version ${version}, but this program installs ${required}.`] : []),
    ...(pending.length > 0 ? [`Not applied yet: ${shortened(pending)}.`] : []),
    ...(changed.length > 0 ? [`Changed since they were applied: ${shortened(changed)}.`] : []),
    ...problems.map((problem) => `Wrong rights: ${problem}.`),
  ];
}

/** Returns the findings of `doctor` about the schema. */
export async function checkSchemaState(executor: Executor): Promise<Finding[]> {
  const check = await checkSchemaOn(executor);
  const outdated = schemaProblems({ ...check, problems: [] });
  const remedy = 'Run pgtaskqueue migrate.';
  const schema: Finding =
    outdated.length > 0
      ? { check: 'schema', level: 'warn', detail: outdated.join(' '), remedy }
      : { check: 'schema', level: 'ok', detail: `version ${check.version}` };
  const rights: Finding =
    check.problems.length > 0
      ? {
          check: 'owners and rights',
          level: 'fail',
          detail: check.problems.join('; '),
          remedy: `${remedy} It must run as the database's owner or a superuser.`,
        }
      : { check: 'owners and rights', level: 'ok', detail: 'as the migrations make them' };
  return [schema, rights];
}

function shortened(files: readonly string[]): string {
  return files.length > 4 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
}
