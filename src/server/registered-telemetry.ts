// OpenTelemetry for the program, if an SDK was registered before it started: node --import ./telemetry.mjs.

import type { TelemetryOptions } from '../runtime/telemetry.ts';

/** Where `@opentelemetry/api` keeps what was registered with it. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** Loads the API only if the application has; undefined: it has not, or the package is not found from here. */
export async function registeredTelemetry(): Promise<TelemetryOptions | undefined> {
  if (!(REGISTERED in globalThis)) return undefined;
  return import('@opentelemetry/api').then(
    (api) => ({ api }),
    () => undefined,
  );
}
