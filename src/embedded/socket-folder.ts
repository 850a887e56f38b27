// Creates a folder for a server's Unix socket. The path of a socket has at most 107 bytes, and the server's user must
// be able to reach it.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { giveTo, type RunAs, reachableFolder } from './run-as.ts';

const LONGEST = 70;

/** Creates a folder with a short path, owned by the server's user. */
export function makeSocketFolder(user: RunAs | undefined): string {
  const fits = [os.tmpdir(), '/tmp'].find((dir) => dir.length <= LONGEST && reachableFolder(dir, user) === dir);
  const folder = fs.mkdtempSync(path.join(fits ?? '/tmp', 'ptq-'));
  giveTo(user, folder);
  return folder;
}
