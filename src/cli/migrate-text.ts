// The words of `pgtaskqueue migrate`.

import { schemaProblems } from '../schema/doctor/schema-checks.ts';
import type { Migrated, SchemaCheck } from '../schema/migrate/migrate.ts';

/** What a migration came to. */
export function migratedText({ applied, version, repaired }: Migrated, label: string, newIdentity: boolean): string {
  const first =
    applied.length === 0 && repaired.length === 0
      ? `Nothing to do: schema version ${version} is up to date.`
      : `Migrated ${label} to schema version ${version}${applied.length > 0 ? `: ran ${kinds(applied)}` : ''}.`;
  const named = newIdentity ? ['It has another identity: new tasks have names of their own from now on.'] : [];
  return [first, ...repaired.map((problem) => `Repaired: ${problem}`), ...named].join('\n');
}

/** What a check found. */
export function schemaCheckText(check: SchemaCheck): string {
  if (check.ok)
    return `The schema (version ${check.version}) is one that this program runs on, and nothing is to be done.`;
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
