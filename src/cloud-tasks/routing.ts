// AppEngineRouting as the name of a target: instance.version.service.

import { StatusError } from './status.ts';
import type { GivenQueue } from './versions/version.ts';

type Routing = NonNullable<GivenQueue['appEngineRoutingOverride']>;

const PART = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** The target; null: the default one. @throws StatusError INVALID_ARGUMENT */
export function routedTarget(routing: Routing | undefined): string | null {
  const { service = '', version = '', instance = '' } = routing ?? {};
  for (const [what, value] of Object.entries({ service, version, instance })) {
    if (value === '' || PART.test(value)) continue;
    const got = JSON.stringify(value.slice(0, 120));
    throw new StatusError(
      'INVALID_ARGUMENT',
      `appEngineRouting.${what} must be 1 to 100 lower-case letters, digits and hyphens, got ${got}`,
    );
  }
  if (instance !== '' && version === '')
    throw new StatusError('INVALID_ARGUMENT', 'appEngineRouting.version must be given with an instance');
  const parts = [instance, version, version === '' ? service : service || 'default'].filter((part) => part !== '');
  return parts.length === 0 || (parts.length === 1 && service === 'default') ? null : parts.join('.');
}

/** The routing; undefined for targets that are not names of services, such as URLs. */
export function routingOf(target: string | null): Pick<Routing, 'service' | 'version' | 'instance'> | undefined {
  const parts = target === null ? [] : target.split('.');
  if (parts.length === 0 || parts.length > 3 || !parts.every((part) => PART.test(part))) return undefined;
  const [service = '', version = '', instance = ''] = parts.reverse();
  return { service, version, instance };
}
