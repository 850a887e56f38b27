// TLS: the certificate and the key from PEM files, which are read again when they change.

import { readFileSync, unwatchFile, watchFile } from 'node:fs';
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

/** How often the files are checked. Links are followed, as Kubernetes replaces a mounted secret by a link. */
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
 * one remains in use.
 *
 * @returns stops watching
 */
export function watchCertificate(server: Server, files: TlsFiles, logger: Logger, checkMs = CHECK_MS): () => void {
  const reload = () => {
    try {
      server.setSecureContext(readPair(files));
      logger.info('read the TLS certificate again');
    } catch (error) {
      logger.warn('could not use the changed TLS certificate; the old one remains in use', { error });
    }
  };
  const watched = [...new Set([files.cert, files.key])];
  for (const file of watched) watchFile(file, { interval: checkMs, persistent: false }, reload);
  return () => {
    for (const file of watched) unwatchFile(file, reload);
  };
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
