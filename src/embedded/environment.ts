// The environment of PostgreSQL's programs: nothing of the caller's, whose PG* variables and locale would change what they do.

/** Environment variables for `initdb` and `postgres`; undefined: inherited, as Windows needs it. */
export const CLEAN_ENVIRONMENT: Record<string, string> | undefined =
  process.platform === 'win32' ? undefined : { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' };
