// What is nearly right is answered with what to write instead: an ORM's object passed as it is, or its root passed to a
// door.

import { MikroORM } from '@mikro-orm/postgresql';
import { PrismaPg } from '@prisma/adapter-pg';
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { drizzle as drizzleOnPostgresJs } from 'drizzle-orm/postgres-js';
import { drizzle as nextDrizzle } from 'drizzle-orm-rc/node-postgres';
import knex from 'knex';
import pg from 'pg';
import pgPromise from 'pg-promise';
import postgres from 'postgres';
import { Sequelize } from 'sequelize';
import { createPool } from 'slonik';
import { DataSource } from 'typeorm';
import { afterAll, expect, test } from 'vitest';
import { drizzleTransaction } from '../../../src/drizzle.ts';
import { BadTransactionStateError, TaskQueues } from '../../../src/index.ts';
import { knexTransaction } from '../../../src/knex.ts';
import { mikroOrmTransaction } from '../../../src/mikro-orm.ts';
import { pgPromiseTransaction } from '../../../src/pg-promise.ts';
import { postgresTransaction } from '../../../src/postgres-js.ts';
import { prismaTransaction } from '../../../src/prisma.ts';
import { sequelizeTransaction } from '../../../src/sequelize.ts';
import { slonikTransaction } from '../../../src/slonik.ts';
import { typeormTransaction } from '../../../src/typeorm.ts';
import { useDatabase } from '../../support/db.ts';
import { rejection } from '../../support/rejection.ts';
import { ORMS } from './all.ts';
import { partsOf } from './orm.ts';
import { generatePrisma } from './prisma.ts';

const database = useDatabase();
const NOWHERE = 'postgres://nobody@127.0.0.1:1/nowhere';
const queues = new TaskQueues({ database: NOWHERE });
afterAll(() => queues.close());

const pool = new pg.Pool({ connectionString: NOWHERE });
const source = new DataSource({ type: 'postgres', url: NOWHERE });
const mikro = new MikroORM({ clientUrl: NOWHERE, entities: [], discovery: { warnWhenNoEntities: false } } as never);
const PrismaClient = await generatePrisma();

/** What each object is called, how it is made, and the door that the message names. */
const OBJECTS: [string, () => unknown, string][] = [
  ['a Drizzle database or transaction', () => drizzle(pool), 'drizzleTransaction(tx), from pgtaskqueue/drizzle'],
  ['a Drizzle database or transaction', () => drizzleOnPostgresJs(postgres(NOWHERE)), 'drizzleTransaction(tx)'],
  ['a Drizzle database or transaction', () => nextDrizzle({ client: pool }), 'drizzleTransaction(tx)'],
  [
    'a Prisma client',
    () => new PrismaClient({ adapter: new PrismaPg({ connectionString: NOWHERE }) }),
    'pgtaskqueue/prisma',
  ],
  ['a Knex instance or transaction', () => knex({ client: 'pg' }), 'knexTransaction(trx), from pgtaskqueue/knex'],
  ['a TypeORM EntityManager', () => source.manager, 'typeormTransaction(manager), from pgtaskqueue/typeorm'],
  ['a TypeORM QueryRunner', () => source.createQueryRunner(), 'typeormTransaction(queryRunner)'],
  ['a TypeORM DataSource', () => source, 'typeormTransaction(manager)'],
  [
    'a Sequelize instance',
    () => new Sequelize(NOWHERE),
    'sequelizeTransaction(transaction), from pgtaskqueue/sequelize',
  ],
  ['a MikroORM EntityManager', () => mikro.em, 'mikroOrmTransaction(em), from pgtaskqueue/mikro-orm'],
  ['a MikroORM instance', () => mikro, 'mikroOrmTransaction(em)'],
  [
    'a Slonik pool or connection',
    () => createPool(database.url),
    'slonikTransaction(connection), from pgtaskqueue/slonik',
  ],
  ['a pg-promise database or task', () => pgPromise({ noWarnings: true })(NOWHERE), 'pgPromiseTransaction(t)'],
  [
    'a postgres.js instance or transaction',
    () => postgres(NOWHERE),
    'postgresTransaction(sql), from pgtaskqueue/postgres-js',
  ],
];

test.each(OBJECTS)('%s as a transaction', async (what, make, door) => {
  const error = await rejection(queues.add({}, { transaction: (await make()) as never }));
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).message).toMatch(`transaction is ${what}: pass `);
  expect((error as Error).message).toContain(door);
});

test.each(OBJECTS)('%s as the database', async (what, make, door) => {
  const object = await make();
  const misuse = () => new TaskQueues({ database: object as never });
  expect(misuse).toThrow(TypeError);
  expect(misuse).toThrow(`got ${what}: pass a pg.Pool or a connection string`);
  expect(misuse).toThrow(door.replace(/, from .*/, ''));
});

test('open transactions as they are', async () => {
  const own = new pg.Pool({ connectionString: database.url });
  const message = async (transaction: unknown) =>
    String(await rejection(queues.add({}, { transaction: transaction as never })));
  await drizzle(own).transaction(async (tx) => {
    await tx.execute(drizzleSql`select 1`);
    expect(await message(tx)).toContain('pass drizzleTransaction(tx)');
  });
  await own.end();
  const sql = postgres({ ...partsOf(database.url), max: 1 });
  await sql.begin(async (inner) => expect(await message(inner)).toContain('pass postgresTransaction(sql)'));
  await sql.end();
  const sequelize = new Sequelize({ ...partsOf(database.url), dialect: 'postgres', logging: false });
  await sequelize.transaction(async (transaction) => {
    expect(await message(transaction)).toContain('pass sequelizeTransaction(transaction)');
  });
  await sequelize.close();
});

test.each(ORMS)('%s: its root passed to its door is no open transaction', async (_, open) => {
  const orm = await open(database.url);
  const { root } = orm;
  if (root) {
    const error = await rejection((async () => queues.add({}, { transaction: root() }))());
    expect(error instanceof BadTransactionStateError || error instanceof TypeError, String(error)).toBe(true);
    expect(String(error)).toMatch(/transaction/);
  }
  await orm.close();
});

const DOORS: [string, (given: never) => unknown][] = [
  ['drizzleTransaction', drizzleTransaction],
  ['knexTransaction', knexTransaction],
  ['mikroOrmTransaction', mikroOrmTransaction],
  ['pgPromiseTransaction', pgPromiseTransaction],
  ['postgresTransaction', postgresTransaction],
  ['prismaTransaction', prismaTransaction],
  ['sequelizeTransaction', sequelizeTransaction],
  ['slonikTransaction', slonikTransaction],
  ['typeormTransaction', typeormTransaction],
];

test.each(DOORS)('%s of anything else', (name, door) => {
  for (const [given, kind] of [
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'object'],
    ['tx', 'string'],
    [pool, 'BoundPool'],
  ]) {
    expect(() => door(given as never)).toThrow(TypeError);
    expect(() => door(given as never)).toThrow(new RegExp(`^${name} takes .*, got ${kind}$`));
  }
});
