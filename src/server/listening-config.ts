// The settings of where and how a server listens.

import type { TlsFiles } from './certificate.ts';
import { optionalPort, portNumber, publicOrigin, requireVisible, tlsFiles, wholeNumberIn } from './config-values.ts';
import type { ReadVariable } from './variables.ts';

export interface ListeningOptions {
  /** Address the HTTP server listens on; default 127.0.0.1. Any but loopback requires a token. */
  host?: string | undefined;
  /** Port of the HTTP server, 0 … 65535; 0 takes a free one; default 8123. */
  port?: number | string | undefined;
  /** Port of its own for gRPC, 0 … 65535; default: gRPC is served on the port of HTTP. */
  grpcPort?: number | string | undefined;
  /** PEM file of the certificate for TLS; default: without TLS. */
  tlsCert?: string | undefined;
  /** PEM file of its private key. */
  tlsKey?: string | undefined;
  /** The https address under which browsers know the server, behind a proxy that ends TLS. */
  publicUrl?: string | undefined;
  /** Database connections for requests over HTTP and gRPC: 1 … 100. */
  httpConnections?: number | string | undefined;
}

export interface ListeningConfig {
  readonly host: string;
  readonly port: number;
  /** The port of gRPC; undefined: that of HTTP. */
  readonly grpcPort: number | undefined;
  /** Undefined: without TLS. */
  readonly tls: TlsFiles | undefined;
  /** The origin under which browsers know the server; undefined: the address it listens on. */
  readonly publicUrl: string | undefined;
  /** Database connections for requests; undefined: the server's default. */
  readonly httpConnections: number | undefined;
  /** The token every HTTP request must carry; undefined: only loopback addresses are served. */
  readonly token: string | undefined;
}

const DEFAULTS = { host: '127.0.0.1', port: 8123 };

/** @throws ConfigError for values out of range, a certificate without its key, and a public URL that is none */
export function readListening(options: ListeningOptions, env: ReadVariable): ListeningConfig {
  return {
    host: options.host ?? env('PGTASKQUEUE_HOST') ?? DEFAULTS.host,
    port: portNumber('port', options.port ?? env('PGTASKQUEUE_PORT') ?? DEFAULTS.port),
    grpcPort: optionalPort('the gRPC port', options.grpcPort ?? env('PGTASKQUEUE_GRPC_PORT')),
    tls: tlsFiles(options.tlsCert ?? env('PGTASKQUEUE_TLS_CERT'), options.tlsKey ?? env('PGTASKQUEUE_TLS_KEY')),
    publicUrl: publicOrigin(options.publicUrl ?? env('PGTASKQUEUE_PUBLIC_URL')),
    httpConnections: wholeNumberIn(
      'PGTASKQUEUE_HTTP_CONNECTIONS',
      options.httpConnections ?? env('PGTASKQUEUE_HTTP_CONNECTIONS'),
      1,
      100,
    ),
    token: requireVisible(env('PGTASKQUEUE_TOKEN')),
  };
}
