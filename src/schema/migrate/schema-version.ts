// The schema's version: what a database says of its own, and whether a program can run on it or migrate it.
//
// Functions and views only grow, so a server runs on every schema from its minimum up. Only the newest program that has migrated a database,
// or a newer one, may migrate it again: an older one would put its own functions back.

import { SchemaVersionError } from '../../domain/errors.ts';
import type { Executor } from '../../postgres/executor.ts';
import type { RequiredVersion } from './migration-files.ts';

/** What a database says of its schema. */
export interface SchemaVersion {
  /** 0: it was made before schemas had a version, or not to its end. */
  version: number;
  /** The first release that made this version; null for 0. */
  release: string | null;
  /** The role that everything belonged to when it was migrated; null for 0. */
  owner: string | null;
}

/**
 * Reads the version; undefined when the database has no schema of ours.
 *
 * @throws the driver's error for a user who may not use the schema
 */
export async function readSchemaVersion(executor: Executor): Promise<SchemaVersion | undefined> {
  const { rows } = await executor.query(
    `select pg_catalog.to_regclass('taskqueue.migrations') is not null as made,
            pg_catalog.to_regclass('taskqueue.schema_versions') is not null as versioned`,
    [],
  );
  if (!rows[0].made) return undefined;
  const unversioned = { version: 0, release: null, owner: null };
  if (!rows[0].versioned) return unversioned;
  const newest = 'select version, release, owner from taskqueue.schema_versions order by version desc limit 1';
  return (await executor.query(newest, [])).rows[0] ?? unversioned;
}

/** Why a program can't run on this schema, and what to do; undefined: it can. */
export function cannotRun(
  found: SchemaVersion | undefined,
  { minimum }: RequiredVersion,
): SchemaVersionError | undefined {
  if (found === undefined)
    return new SchemaVersionError('the database has no schema taskqueue: run pgtaskqueue migrate');
  if (found.version >= minimum) return undefined;
  return new SchemaVersionError(
    `the database's schema has version ${found.version}, and this program needs ${minimum} or later: run pgtaskqueue migrate`,
  );
}

/**
 * Why a program may not migrate this schema; undefined: it may.
 *
 * @param release the program's own version
 */
export function cannotMigrate(
  found: SchemaVersion | undefined,
  { version }: RequiredVersion,
  release: string,
): SchemaVersionError | undefined {
  if (found === undefined || found.version <= version) return undefined;
  return new SchemaVersionError(
    `pgtaskqueue ${found.release} made this database's schema (version ${found.version}), and this is ${release} (version ${version}): ` +
      `migrate with ${found.release} or later`,
    { hint: 'Nothing was changed. Programs of this release run on the newer schema.' },
  );
}
