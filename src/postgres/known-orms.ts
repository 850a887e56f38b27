// Recognizes the objects of ORMs by their members, to say how to pass what was passed as it is.

/** An object of an ORM. */
export interface OrmObject {
  /** With its article. */
  what: string;
  /** The call that adapts its transaction, and the module that exports it. */
  door: string;
  module: string;
}

interface KnownOrm extends OrmObject {
  /** Members that its objects have, and together no others. */
  members: string[];
}

const KNOWN: KnownOrm[] = [
  orm('a Drizzle database or transaction', 'drizzleTransaction(tx)', 'drizzle', 'session dialect selectDistinctOn'),
  orm('a Prisma client', 'prismaTransaction(tx)', 'prisma', '$queryRawUnsafe $executeRawUnsafe'),
  orm('a Knex instance or transaction', 'knexTransaction(trx)', 'knex', 'raw client schema queryBuilder'),
  orm('a TypeORM DataSource', 'typeormTransaction(manager)', 'typeorm', 'createQueryRunner manager initialize'),
  orm('a TypeORM EntityManager', 'typeormTransaction(manager)', 'typeorm', 'getRepository getTreeRepository query'),
  orm('a TypeORM QueryRunner', 'typeormTransaction(queryRunner)', 'typeorm', 'startTransaction isReleased manager'),
  orm('a Sequelize transaction', 'sequelizeTransaction(transaction)', 'sequelize', 'sequelize afterCommit rollback'),
  orm(
    'a Sequelize instance',
    'sequelizeTransaction(transaction)',
    'sequelize',
    'authenticate define connectionManager',
  ),
  orm('a MikroORM EntityManager', 'mikroOrmTransaction(em)', 'mikro-orm', 'getTransactionContext getUnitOfWork'),
  orm('a MikroORM instance', 'mikroOrmTransaction(em)', 'mikro-orm', 'em discoverEntity getMetadata'),
  orm('a Slonik pool or connection', 'slonikTransaction(connection)', 'slonik', 'oneFirst maybeOneFirst manyFirst'),
  orm('a pg-promise database or task', 'pgPromiseTransaction(t)', 'pg-promise', 'oneOrNone manyOrNone multiResult'),
  orm('a postgres.js instance or transaction', 'postgresTransaction(sql)', 'postgres-js', 'unsafe typed notify'),
];

function orm(what: string, door: string, name: string, members: string): KnownOrm {
  return { what, door, module: `pgtaskqueue/${name}`, members: members.split(' ') };
}

/** Returns what an object is if it belongs to an ORM that has a door. */
export function recognizeOrm(value: unknown): OrmObject | undefined {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined;
  return KNOWN.find(({ members }) => members.every((member) => hasMember(value, member)));
}

/** Prisma's client answers for members that `in` does not show; others throw for some, as TypeORM's getters do. */
function hasMember(value: object, member: string): boolean {
  try {
    return (value as Record<string, unknown>)[member] !== undefined;
  } catch {
    return false;
  }
}
