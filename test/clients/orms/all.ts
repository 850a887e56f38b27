// All ORMs, by the name of their tests.

import { drizzlePg, drizzlePostgresJs, nextDrizzlePg, nextDrizzlePostgresJs } from './drizzle.ts';
import { byKnex, byObjection } from './knex.ts';
import { kysely, mikroOrm } from './kysely.ts';
import { byHand, byWithTransaction } from './node-postgres.ts';
import type { OpenOrm } from './orm.ts';
import { byPgPromise } from './pg-promise.ts';
import { postgresJs } from './postgres-js.ts';
import { byPrisma } from './prisma.ts';
import { bySequelize } from './sequelize.ts';
import { bySlonik } from './slonik.ts';
import { byManager, byQueryRunner } from './typeorm.ts';

export const ORMS: [string, OpenOrm][] = [
  ['pg', byHand],
  ['pg, withTransaction', byWithTransaction],
  ['postgres.js', postgresJs],
  ['Kysely', kysely],
  ['Drizzle 0.45 on pg', drizzlePg],
  ['Drizzle 0.45 on postgres.js', drizzlePostgresJs],
  ['Drizzle 1.0 on pg', nextDrizzlePg],
  ['Drizzle 1.0 on postgres.js', nextDrizzlePostgresJs],
  ['Prisma', byPrisma],
  ['Knex', byKnex],
  ['Objection', byObjection],
  ['TypeORM, manager', byManager],
  ['TypeORM, query runner', byQueryRunner],
  ['Sequelize', bySequelize],
  ['MikroORM', mikroOrm],
  ['Slonik', bySlonik],
  ['pg-promise', byPgPromise],
];
