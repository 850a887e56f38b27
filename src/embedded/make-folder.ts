// Creates the folder that a user has named.

import fs from 'node:fs';
import path from 'node:path';

/**
 * Creates a folder, and those above it, unless it exists. Node's own recursive mkdir never returns below /proc, which
 * answers ENOENT although the parent folder exists.
 *
 * @throws Error that names the folder
 */
export function makeFolder(folder: string): void {
  try {
    makeMissing(folder);
  } catch (cause) {
    throw new Error(`the folder ${folder} could not be created: ${(cause as Error).message}`, { cause });
  }
}

function makeMissing(folder: string): void {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeMissing(parent);
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error; // otherwise another was first
  }
}
