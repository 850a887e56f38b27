// The variables of the in-memory emulator of Cloud Tasks, which `dev` accepts, so that compose files can stay.

import { ConfigError } from './config-error.ts';
import { issuerUrl, listed, trueOrFalse } from './config-values.ts';

export interface EmulatorConfig {
  /** Queues to create at the start: names, or full names with project and location. */
  readonly queues: readonly string[];
  /** Base URL for all App Engine tasks; undefined: targets say where they go. */
  readonly appEngine: string | undefined;
  /** Issuer of ID tokens. */
  readonly issuer: string | undefined;
  /** Whether purging a queue frees the names of its tasks. */
  readonly hardReset: boolean;
}

/** @throws ConfigError */
export function readEmulatorConfig(environment: Readonly<Record<string, string | undefined>>): EmulatorConfig {
  const { INITIAL_QUEUE, APP_ENGINE_EMULATOR_HOST, OPENID_ISSUER, HARD_RESET_ON_PURGE_QUEUE } = environment;
  return {
    queues: listed(INITIAL_QUEUE || undefined),
    appEngine: APP_ENGINE_EMULATOR_HOST ? baseUrl(APP_ENGINE_EMULATOR_HOST) : undefined,
    issuer: issuerUrl(OPENID_ISSUER || undefined),
    hardReset: trueOrFalse('HARD_RESET_ON_PURGE_QUEUE', HARD_RESET_ON_PURGE_QUEUE || undefined) ?? false,
  };
}

function baseUrl(given: string): string {
  const url = /^https?:\/\//i.test(given) ? URL.parse(given) : null;
  if (url !== null && url.search === '' && url.hash === '') return given;
  throw new ConfigError(`APP_ENGINE_EMULATOR_HOST must be a URL such as http://localhost:8080, got ${given}`);
}
