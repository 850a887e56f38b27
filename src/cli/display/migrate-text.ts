// The output of `pgtaskqueue migrate`.

import { schemaProblems } from '../../schema/doctor/schema-checks.ts';
import type { Migrated, SchemaCheck } from '../../schema/migrate/migrate.ts';

/** The outcome of a migration. */
export function migratedText({ applied, version, repaired }: Migrated, label: string, newIdentity: boolean): string {
  const first =
    applied.length === 0 && repaired.length === 0
      ? `Nothing to do: schema version ${version} is up to date.`
      : `Migrated ${label} to schema version ${version}${applied.length > 0 ? `: ran ${kinds(applied)}` : ''}.`;
  const named = newIdentity
    ? ['This server has a new identity: the names of new tasks cannot clash with those of the original.']
    : [];
  return [first, ...repaired.map((problem) => `Repaired: ${problem}`), ...named].join('\n');
}

/** The findings of a check. */
export function schemaCheckText(check: SchemaCheck): string {
  if (check.ok) return `The schema is up to date (version ${check.version}).`;
  return `${schemaProblems(check).join('\n')}\nRun pgtaskqueue migrate.`;
}

function kinds(files: readonly string[]): string {
  const count = (pattern: RegExp, one: string) => {
    const number = files.filter((file) => pattern.test(file)).length;
    return number === 0 ? [] : [`${number} ${one}${number === 1 ? '' : 's'}`];
  };
  const parts = [
    ...count(/^\d{4}_/, 'numbered file'),
    ...count(/^functions\//, 'function file'),
    ...count(/^views\//, 'view'),
    ...count(/^grants/, 'file of grants').map(() => 'the grants'),
  ];
  return parts.join(', ');
}
