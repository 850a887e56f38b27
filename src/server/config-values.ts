// Readers of single settings. Each throws ConfigError for what it cannot read.

import { NAMED_QUOTAS, parseQuotas, type Quotas } from '../domain/quotas.ts';
import type { TlsFiles } from './certificate.ts';
import { ConfigError } from './config-error.ts';

export function portNumber(what: string, given: number | string): number {
  const port = typeof given === 'number' ? given : /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new ConfigError(`${what} must be a whole number from 0 to 65535, got ${given}`);
}

export function optionalPort(what: string, given: number | string | undefined): number | undefined {
  return given === undefined ? undefined : portNumber(what, given);
}

/** @throws ConfigError for one without the other */
export function tlsFiles(cert: string | undefined, key: string | undefined): TlsFiles | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new ConfigError('TLS needs both the certificate and its key: PGTASKQUEUE_TLS_CERT and PGTASKQUEUE_TLS_KEY');
}

export function listed(given: string | undefined): string[] {
  return given?.split(',').map((entry) => entry.trim()) ?? [];
}

export function requireVisible(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw new ConfigError(
    'PGTASKQUEUE_TOKEN must consist of visible ASCII characters without spaces, because it is sent in a header',
  );
}

export function quotas(given: string | undefined): Quotas | undefined {
  if (given === undefined) return undefined;
  const read = parseQuotas(given);
  if (read) return read;
  throw new ConfigError(
    `limits must be ${Object.keys(NAMED_QUOTAS).join(', ')} or bounds such as queues=20,tasks=50000,bytes=2G, got ${given}`,
  );
}

export function trueOrFalse(name: string, given: string | undefined): boolean | undefined {
  if (given === undefined) return undefined;
  if (given === 'true' || given === 'false') return given === 'true';
  throw new ConfigError(`${name} must be true or false, got ${given}`);
}

export function oneOf<Word extends string>(
  what: string,
  given: string | undefined,
  all: readonly Word[],
): Word | undefined {
  if (given === undefined || all.includes(given as Word)) return given as Word | undefined;
  throw new ConfigError(`${what} must be ${all.slice(0, -1).join(', ')} or ${all.at(-1)}, got ${given}`);
}

export function numberIn(
  name: string,
  given: string | number | undefined,
  least: number,
  most: number,
): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (value >= least && value <= most) return value;
  throw new ConfigError(`${name} must be a number from ${least} to ${most}, got ${given}`);
}

export function wholeNumberIn(
  name: string,
  given: string | number | undefined,
  least: number,
  most: number,
): number | undefined {
  const value = numberIn(name, given, least, most);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new ConfigError(`${name} must be a whole number from ${least} to ${most}, got ${given}`);
}

/** Browsers send it as Origin, so it has a host and no more. */
export function publicOrigin(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.parse(given);
  if (url?.protocol === 'https:' && `${url.origin}/` === url.href) return url.origin;
  throw new ConfigError(`the public URL must be an https URL without a path, got ${given}`);
}

/** Tokens name it as it is given, so it must be in one form. */
export function issuerUrl(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = /^https?:\/\//.test(given) ? URL.parse(given) : null;
  if (url && url.search === '' && url.hash === '' && url.username === '' && url.password === '') return given;
  throw new ConfigError(`the issuer must be an http or https URL without a query, got ${given}`);
}
