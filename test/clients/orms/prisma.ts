// Prisma 7, with the client that `prisma generate` makes. It needs no engine, though it looks for one.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { type PrismaTransaction, prismaTransaction } from '../../../src/prisma.ts';
import type { OpenOrm, OrmTransaction } from './orm.ts';

const SCHEMA = `
generator client {
  provider            = "prisma-client"
  output              = "./client"
  importFileExtension = "ts"
}
datasource db {
  provider = "postgresql"
}
model OrmRow {
  id Int @id
  @@map("orm_rows")
}
`;

/** The generated client, as far as the checks use it. */
interface Client extends PrismaTransaction {
  $executeRawUnsafe(text: string): PromiseLike<unknown>;
  $transaction<Result>(
    work: (tx: Client) => Promise<Result>,
    options?: { isolationLevel?: string; timeout?: number },
  ): Promise<Result>;
  $disconnect(): Promise<void>;
}

export async function generatePrisma(): Promise<new (options: object) => Client> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prisma-'));
  const modules = path.resolve(import.meta.dirname, '../node_modules');
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  fs.writeFileSync(path.join(folder, 'schema.prisma'), SCHEMA);
  fs.symlinkSync(modules, path.join(folder, 'node_modules'));
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(modules, 'prisma/build/index.js'), 'generate', '--schema', 'schema.prisma'],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath } },
  );
  if (status !== 0) throw new Error(stderr);
  const { PrismaClient } = await import(pathToFileURL(path.join(folder, 'client/client.ts')).href);
  fs.rmSync(folder, { recursive: true });
  return PrismaClient;
}

function ofTx(tx: Client): OrmTransaction {
  return {
    get passed() {
      return prismaTransaction(tx);
    },
    run: async (text) => tx.$executeRawUnsafe(text),
    nested: (work) => tx.$transaction((inner) => work(ofTx(inner))),
  };
}

export const byPrisma: OpenOrm = async (url) => {
  const PrismaClient = await generatePrisma();
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 1 }) });
  return {
    transaction: (work, serializable) =>
      prisma.$transaction((tx) => work(ofTx(tx)), serializable ? { isolationLevel: 'Serializable' } : {}),
    root: () => prismaTransaction(prisma),
    close: () => prisma.$disconnect(),
  };
};
