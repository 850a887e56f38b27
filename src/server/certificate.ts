// TLS: the certificate and the key from PEM files, which are read again when they change.

import { existsSync, readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { createSecureContext, type Server } from 'node:tls';
import type { Logger } from '../runtime/logger.ts';
import { ConfigError } from './config-error.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  /** The certificate, followed by those between it and the root. */
  cert: string;
  /** Its private key. */
  key: string;
}

/** How often the files are checked. */
const CHECK_MS = 5_000;

/** @throws ConfigError for files that cannot be used */
export function tlsOptions(files: TlsFiles, handshakeTimeout: number): ServerOptions {
  return { ...readPair(files), handshakeTimeout, ALPNCallback: ({ protocols }) => chooseProtocol(protocols) };
}

// Browsers offer both. Over HTTP/2 there is only gRPC, so it is for clients that offer nothing else.
function chooseProtocol(offered: readonly string[]): string | undefined {
  return ['http/1.1', 'h2'].find((protocol) => offered.includes(protocol));
}

/**
 * Uses a new certificate for new connections as soon as its files change. While the two do not fit together, the old
 * one remains in use. The files themselves are compared: a change right after the start, or within the clock's tick,
 * leaves no other trace.
 *
 * @returns stops watching
 */
export function watchCertificate(server: Server, files: TlsFiles, logger: Logger, checkMs = CHECK_MS): () => void {
  let seen = contentOf(files);
  const check = () => {
    const content = contentOf(files);
    if (content === seen) return;
    seen = content;
    try {
      server.setSecureContext(readPair(files));
      logger.info('read the TLS certificate again');
    } catch (error) {
      logger.warn('could not use the changed TLS certificate; the old one remains in use', { error });
    }
  };
  const timer = setInterval(check, checkMs).unref();
  return () => clearInterval(timer);
}

/** What the files contain now; '' stands for one that cannot be read. */
function contentOf({ cert, key }: TlsFiles): string {
  return [cert, key].map((file) => (existsSync(file) ? readFileSync(file, 'latin1') : '')).join('\0');
}

/** @throws ConfigError for files that cannot be read, are not PEM or do not fit together */
function readPair(files: TlsFiles): { cert: Buffer; key: Buffer } {
  const pair = { cert: readPem('certificate', files.cert), key: readPem('key', files.key) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new ConfigError(
      `the TLS certificate and its key must be PEM files that fit together: ${(error as Error).message}`,
    );
  }
  return pair;
}

function readPem(what: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`the TLS ${what} cannot be read: ${(error as Error).message}`);
  }
}
