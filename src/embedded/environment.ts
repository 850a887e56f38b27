// The environment of PostgreSQL's programs. The caller's environment is not passed on, because its PG* variables and
// locale would change their behaviour.

/** Environment variables for `initdb` and `postgres`; undefined: inherited, which Windows requires. */
export const CLEAN_ENVIRONMENT: Record<string, string> | undefined =
  process.platform === 'win32' ? undefined : { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' };
