// Connections that speak HTTP/2: they are given to gRPC, which is loaded when the first one comes.

import type { Socket } from 'node:net';
import type { GrpcService } from '../grpc/service.ts';
import type { Logger } from '../runtime/logger.ts';
import { ConfigError } from './config-error.ts';
import { refuseHttp2 } from './http2-refusal.ts';
import type { Http2Handler } from './listen.ts';

const MISSING = 'gRPC needs the package @grpc/grpc-js, which is not installed';

export class GrpcConnections implements Http2Handler {
  readonly #load: () => Promise<GrpcService | undefined>;
  readonly #logger: Logger;
  #service: Promise<GrpcService | undefined> | undefined;

  /** @param load called once; undefined: @grpc/grpc-js is not installed */
  constructor(load: () => Promise<GrpcService | undefined>, logger: Logger) {
    this.#load = load;
    this.#logger = logger;
  }

  /**
   * Loads it now.
   *
   * @throws ConfigError if it is not installed
   */
  async require(): Promise<void> {
    if (!(await this.#loaded())) throw new ConfigError(MISSING);
  }

  accept(socket: Socket): void {
    socket.on('error', () => {}); // whoever serves it sees that it is closed
    void this.#loaded().then((service) => (service ? service.accept(socket) : refuseHttp2(socket, MISSING)));
  }

  close(): void {
    void this.#service?.then((service) => service?.close());
  }

  #loaded(): Promise<GrpcService | undefined> {
    this.#service ??= this.#load().then((service) => {
      if (!service) this.#logger.warn(`${MISSING}; connections that speak HTTP/2 are refused`);
      return service;
    });
    return this.#service;
  }
}
