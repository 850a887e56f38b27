// Never run: the type checker sees that each door takes the transactions of its ORM, and neither its root nor another's.

import type { EntityManager as MikroManager } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { NodePgDatabase, NodePgTransaction } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgTransaction } from 'drizzle-orm/pg-core';
import type { PostgresJsTransaction } from 'drizzle-orm/postgres-js';
import type { NodePgTransaction as NextNodePgTransaction } from 'drizzle-orm-rc/node-postgres';
import type { PostgresJsTransaction as NextPostgresJsTransaction } from 'drizzle-orm-rc/postgres-js';
import type { Knex } from 'knex';
import type { Transaction as KyselyTransaction } from 'kysely';
import type { Transaction as ObjectionTransaction } from 'objection';
import type pg from 'pg';
import type { IDatabase, ITask } from 'pg-promise';
import type { ReservedSql, Sql, TransactionSql } from 'postgres';
import type { Sequelize, Transaction as SequelizeTransaction } from 'sequelize';
import type { DatabasePool, DatabaseTransactionConnection } from 'slonik';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { drizzleTransaction } from '../../../src/drizzle.ts';
import type { OpenTransaction, TaskQueues } from '../../../src/index.ts';
import { knexTransaction } from '../../../src/knex.ts';
import { mikroOrmTransaction } from '../../../src/mikro-orm.ts';
import { pgPromiseTransaction } from '../../../src/pg-promise.ts';
import { postgresTransaction } from '../../../src/postgres-js.ts';
import { sequelizeTransaction } from '../../../src/sequelize.ts';
import { slonikTransaction } from '../../../src/slonik.ts';
import { typeormTransaction } from '../../../src/typeorm.ts';

/** A value of a type. */
declare function a<Type>(): Type;
declare const queues: TaskQueues;

// biome-ignore-start lint/suspicious/noExplicitAny: whatever schema the application has
export const accepted: OpenTransaction[] = [
  a<pg.Client>(),
  a<pg.PoolClient>(),
  a<KyselyTransaction<any>>(),
  drizzleTransaction(a<NodePgTransaction<any, any>>()),
  drizzleTransaction(a<PostgresJsTransaction<any, any>>()),
  drizzleTransaction(a<PgTransaction<any, any, any>>()),
  drizzleTransaction(a<NextNodePgTransaction<any>>()),
  drizzleTransaction(a<NextPostgresJsTransaction<any>>()),
  knexTransaction(a<Knex.Transaction>()),
  knexTransaction(a<Knex.Transaction<any, any[]>>()),
  knexTransaction(a<ObjectionTransaction>()),
  typeormTransaction(a<EntityManager>()),
  typeormTransaction(a<QueryRunner>()),
  sequelizeTransaction(a<SequelizeTransaction>()),
  mikroOrmTransaction(a<SqlEntityManager>()),
  mikroOrmTransaction(a<MikroManager>()),
  slonikTransaction(a<DatabaseTransactionConnection>()),
  pgPromiseTransaction(a<ITask<object>>()),
  postgresTransaction(a<TransactionSql>()),
  postgresTransaction(a<ReservedSql>()),
];

export const refused = [
  // @ts-expect-error: a database is no transaction
  drizzleTransaction(a<NodePgDatabase>()),
  // @ts-expect-error: a database is no transaction
  drizzleTransaction(a<PgDatabase<any>>()),
  // @ts-expect-error: an instance is no transaction
  knexTransaction(a<Knex>()),
  // @ts-expect-error: a data source is no transaction
  typeormTransaction(a<DataSource>()),
  // @ts-expect-error: an instance is no transaction
  sequelizeTransaction(a<Sequelize>()),
  // @ts-expect-error: a pool is no transaction
  slonikTransaction(a<DatabasePool>()),
  // @ts-expect-error: a database is no task
  pgPromiseTransaction(a<IDatabase<object>>()),
  // @ts-expect-error: an instance is no transaction
  postgresTransaction(a<Sql>()),
  // @ts-expect-error: another ORM's
  drizzleTransaction(a<EntityManager>()),
  // @ts-expect-error: as it is
  queues.add({}, { transaction: a<EntityManager>() }),
  // @ts-expect-error: as it is
  queues.add({}, { transaction: a<Knex.Transaction>() }),
  // @ts-expect-error: as it is
  queues.add({}, { transaction: a<NodePgTransaction<any, any>>() }),
];
// biome-ignore-end lint/suspicious/noExplicitAny: whatever schema the application has
