// The schema's version: reads it from a database, and decides whether a program can run on it or migrate it. Functions
// and views only grow, so a server runs on every schema from its minimum up. Only the newest program that has migrated
// a database, or a newer one, may migrate it again: an older one would restore its own functions.

import { SchemaVersionError } from '../../domain/errors.ts';
import type { Executor } from '../../postgres/executor.ts';
import { translateError } from '../translate-error.ts';
import { REQUIRED_VERSION, type RequiredVersion } from './required-version.embed.ts';

/** The recorded version of a database's schema. */
export interface SchemaVersion {
  /** 0: the schema is older than versions, or its creation was not finished. */
  version: number;
  /** The first release that installed this version; null for 0. */
  release: string | null;
  /** The owner of all objects when it was migrated; null for 0. */
  owner: string | null;
}

/**
 * Reads the version; undefined if the database has no taskqueue schema.
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

/** Returns why a program cannot run on this schema, and what to do; undefined if it can. */
export function cannotRun(
  found: SchemaVersion | undefined,
  { minimum }: RequiredVersion,
): SchemaVersionError | undefined {
  if (found === undefined)
    return new SchemaVersionError('the database has no taskqueue schema: run pgtaskqueue migrate');
  if (found.version >= minimum) return undefined;
  return new SchemaVersionError(
    `the database's schema must have version ${minimum} or later, got ${found.version}: run pgtaskqueue migrate`,
  );
}

/**
 * Returns why a program may not migrate this schema; undefined if it may.
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
    `pgtaskqueue ${found.release} installed this database's schema (version ${found.version}), which is newer than that of ${release} (version ${version}): ` +
      `migrate with ${found.release} or later`,
    { hint: 'Nothing was changed. This release can still run on the newer schema.' },
  );
}

/**
 * Checks that this program can run on the database's schema, which may be older or newer.
 *
 * @throws SchemaVersionError if it cannot · PermissionDeniedError if the login may not use the schema · TransientError
 *   if the database is unreachable
 */
export async function requireSchemaOn(executor: Executor): Promise<void> {
  const found = await readSchemaVersion(executor).catch((error: unknown) => {
    throw translateError(error);
  });
  const problem = cannotRun(found, REQUIRED_VERSION);
  if (problem) throw problem;
}
