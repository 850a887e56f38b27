// Configuration files, given on the command line by name or by folder.

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { MOST_BYTES } from '../files/config-text.ts';
import { UsageError } from './exit-codes.ts';

/**
 * Reads a file of queues or scheduled jobs.
 *
 * @param given the file, or the folder it is in
 * @param names the names such a file can have; a folder may contain only one of them
 * @returns the path of the file, for messages, and its bytes
 * @throws UsageError when the file is missing or too large, or when its folder contains both
 */
export async function readConfigFile(
  given: string,
  names: readonly string[],
): Promise<{ file: string; content: Uint8Array }> {
  const file = (await statOf(given))?.isDirectory() ? await oneOf(given, names) : given;
  const name = path.basename(file);
  const others = names.includes(name) ? names.filter((one) => one !== name) : [];
  for (const other of others) {
    if (await statOf(path.join(path.dirname(file), other))) throw ambiguous(path.dirname(file), names);
  }
  const size = (await statOf(file))?.size;
  if (size === undefined) throw new UsageError(`there is no file ${file}`);
  if (size > MOST_BYTES) throw new UsageError(`${file} must have at most ${MOST_BYTES} bytes, got ${size}`);
  return { file, content: await readFile(file) };
}

async function oneOf(folder: string, names: readonly string[]): Promise<string> {
  const files = names.map((name) => path.join(folder, name));
  const there = await Promise.all(files.map(statOf));
  const found = files.filter((_, at) => there[at]);
  if (found.length > 1) throw ambiguous(folder, names);
  if (found[0] === undefined) throw new UsageError(`${folder} contains neither ${names.join(' nor ')}`);
  return found[0];
}

function ambiguous(folder: string, names: readonly string[]): UsageError {
  return new UsageError(`${folder} contains both ${names.join(' and ')}: remove one of them`);
}

async function statOf(file: string) {
  return stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new UsageError(`cannot read ${file}: ${error.message}`);
  });
}
