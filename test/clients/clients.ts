// Google's clients of Cloud Tasks as their users install them: three versions, each over REST and over gRPC.

import { createRequire } from 'node:module';
import type { CloudTasksClient, v2beta2, v2beta3 } from 'tasks7';

process.env.METADATA_SERVER_DETECTION = 'none'; // they look for a server of Google's cloud otherwise

/** An error's code, in all of its forms. */
const STATUSES = {
  INVALID_ARGUMENT: { grpc: 3, http: 400 },
  NOT_FOUND: { grpc: 5, http: 404 },
  ALREADY_EXISTS: { grpc: 6, http: 409 },
  PERMISSION_DENIED: { grpc: 7, http: 403 },
  FAILED_PRECONDITION: { grpc: 9, http: 400 },
  UNIMPLEMENTED: { grpc: 12, http: 501 },
  UNAUTHENTICATED: { grpc: 16, http: 401 },
} as const;

export type Status = keyof typeof STATUSES;

/** The clients of the API's versions. */
interface Clients {
  v2: CloudTasksClient;
  v2beta2: v2beta2.CloudTasksClient;
  v2beta3: v2beta3.CloudTasksClient;
}

export type Api = keyof Clients;

/** Version 5 knows an error over REST by its HTTP status alone. */
const CODES_BY_HTTP: Record<number, number> = { 400: 3, 401: 16, 403: 7, 404: 5, 409: 10, 501: 12 };

export class ClientUnderTest<Version extends Api = 'v2'> {
  readonly version: 5 | 6 | 7;
  readonly transport: 'REST' | 'gRPC';
  /** Queues and tasks of different clients have different names. */
  readonly id: string;
  readonly #api: Version;
  readonly #url: () => string;
  #client: Clients[Version] | undefined;

  constructor(version: 5 | 6 | 7, transport: 'REST' | 'gRPC', api: Version, url: () => string) {
    this.version = version;
    this.transport = transport;
    this.id = `v${version}-${transport.toLowerCase()}`;
    this.#api = api;
    this.#url = url;
  }

  toString(): string {
    return `version ${this.version} over ${this.transport}`;
  }

  /** A client of the server; closed after the tests. */
  get client(): Clients[Version] {
    this.#client ??= this.open();
    return this.#client;
  }

  /** A client of the server. */
  open(): Clients[Version] {
    const { require, Client } = load(this.version, this.#api);
    const { hostname, port } = new URL(this.#url());
    const transport =
      this.transport === 'gRPC'
        ? { sslCreds: require('google-gax').grpc.credentials.createInsecure() }
        : { fallback: 'rest', protocol: 'http', authClient: withoutCredentials(require) };
    return new Client({ apiEndpoint: hostname, port: Number(port), ...transport });
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  /** Asserts that a call fails as this client reports it. */
  async fails(call: Promise<unknown>, status: Status, message?: string): Promise<void> {
    const error = await call.then(
      (answer) => Promise.reject(new Error(`it answered ${JSON.stringify(answer)}`)),
      (error) => error,
    );
    const { grpc, http } = STATUSES[status];
    const leaks = this.transport === 'REST' && this.version === 6; // the HTTP client's error and the body's text
    const code = this.transport === 'gRPC' || this.version === 7 ? grpc : leaks ? http : CODES_BY_HTTP[http];
    if (error.code !== code) throw new Error(`code must be ${code}, got ${error.code}`, { cause: error });
    const text = leaks ? JSON.parse(error.message).error.message : error.message;
    if (message !== undefined && !text.includes(message))
      throw new Error(`message must contain ${JSON.stringify(message)}, got ${JSON.stringify(text)}`);
  }
}

/** All of them, for a server and a version of the API. */
export function clientsOf<Version extends Api>(url: () => string, api: Version): ClientUnderTest<Version>[] {
  return ([7, 6, 5] as const).flatMap((version) =>
    (['REST', 'gRPC'] as const).map((transport) => new ClientUnderTest(version, transport, api, url)),
  );
}

function load<Version extends Api>(version: number, api: Version) {
  try {
    const entry = createRequire(import.meta.url).resolve(`tasks${version}`);
    const require = createRequire(entry);
    return { require, Client: require(entry)[api].CloudTasksClient as new (options: object) => Clients[Version] };
  } catch (cause) {
    throw new Error('the clients are not installed: run test/clients/install', { cause });
  }
}

function withoutCredentials(require: NodeJS.Require): unknown {
  const { PassThroughClient } = createRequire(require.resolve('google-gax'))('google-auth-library');
  return new PassThroughClient();
}

/** Options of a call with a token. Google's credentials go over TLS alone, a header goes everywhere. */
export const bearing = (token: string) => ({ otherArgs: { headers: { authorization: `Bearer ${token}` } } });
