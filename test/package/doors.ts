// What each entry point brings into a program: the packages that it loads when it is imported, and those that its code
// loads later, if something needs them. docs/guide/install.md has the same table.

export interface Door {
  /** Direct dependencies; they bring their own along. */
  loads: readonly string[];
  /** Loaded inside functions. */
  later: readonly string[];
}

/** Adapters take what the application's library hands over, and load none of it. */
const NOTHING: Door = { loads: [], later: [] };

/** By the name that is imported. An entry point without a row fails. */
export const DOORS: Record<string, Door> = {
  pgtaskqueue: { loads: ['kysely'], later: ['pg'] },
  'pgtaskqueue/deferred': { loads: ['kysely'], later: [] },
  'pgtaskqueue/dispatcher': { loads: ['jose', 'pg', 'undici'], later: [] },
  'pgtaskqueue/drizzle': NOTHING,
  'pgtaskqueue/handler': { loads: [], later: [] },
  'pgtaskqueue/knex': NOTHING,
  'pgtaskqueue/kysely': { loads: ['kysely'], later: ['pg'] },
  'pgtaskqueue/mikro-orm': NOTHING,
  'pgtaskqueue/pg-promise': NOTHING,
  'pgtaskqueue/postgres-js': NOTHING,
  'pgtaskqueue/prisma': NOTHING,
  'pgtaskqueue/sequelize': NOTHING,
  'pgtaskqueue/server': {
    loads: ['@bufbuild/protobuf', '@hono/node-server', 'graphile-worker', 'hono', 'jose', 'kysely', 'pg', 'undici'],
    later: ['@grpc/grpc-js', 'prom-client'],
  },
  'pgtaskqueue/slonik': NOTHING,
  'pgtaskqueue/testing': { loads: ['kysely', 'pg'], later: ['jose', 'undici'] },
  'pgtaskqueue/typeorm': NOTHING,
  'pgtaskqueue/worker': { loads: ['kysely'], later: ['pg'] },
};
