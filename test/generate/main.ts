// `npm run generate`: writes every generated file of docs/.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { GENERATED } from './pages.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-generate-'));
fs.chmodSync(dir, 0o755);
const server = await startEmbedded({ dir, port: null, ephemeral: true });
try {
  await migrate(server.url);
  const client = new pg.Client(server.url);
  await client.connect();
  for (const [file, generate] of Object.entries(GENERATED)) {
    fs.writeFileSync(path.join(ROOT, file), await generate(client));
    console.log(file);
  }
  await client.end();
} finally {
  await server.stop();
  fs.rmSync(dir, { recursive: true, force: true });
}
