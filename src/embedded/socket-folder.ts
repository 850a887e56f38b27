// A folder for a server's Unix socket. The path of a socket holds 107 bytes at most, and who runs the server must get there.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { giveTo, type RunAs, reachableFolder } from './run-as.ts';

const LONGEST = 70;

/** Makes a folder with a short path that belongs to the user who runs the server. */
export function makeSocketFolder(user: RunAs | undefined): string {
  const fits = [os.tmpdir(), '/tmp'].find((dir) => dir.length <= LONGEST && reachableFolder(dir, user) === dir);
  const folder = fs.mkdtempSync(path.join(fits ?? '/tmp', 'ptq-'));
  giveTo(user, folder);
  return folder;
}
