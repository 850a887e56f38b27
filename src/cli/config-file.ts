// A file or its folder, as it is given on the command line.

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { MOST_BYTES } from '../files/config-text.ts';
import { UsageError } from './exit-codes.ts';

/**
 * Reads a file of queues or jobs.
 *
 * @param given the file, or a folder that has one of the names
 * @param names the names such a file has, of which a folder may hold one
 * @returns the file's name, for messages, and its bytes
 * @throws UsageError when there is none, when it is too long, or when its folder holds both
 */
export async function readConfigFile(
  given: string,
  names: readonly string[],
): Promise<{ file: string; content: Uint8Array }> {
  const file = (await statOf(given))?.isDirectory() ? await oneOf(given, names) : given;
  const name = path.basename(file);
  const twins = names.includes(name) ? names.filter((other) => other !== name) : [];
  for (const twin of twins) {
    if (await statOf(path.join(path.dirname(file), twin))) throw ambiguous(path.dirname(file), names);
  }
  const size = (await statOf(file))?.size;
  if (size === undefined) throw new UsageError(`there is no file ${file}`);
  if (size > MOST_BYTES) throw new UsageError(`${file} has ${size} bytes; it may have ${MOST_BYTES}`);
  return { file, content: await readFile(file) };
}

async function oneOf(folder: string, names: readonly string[]): Promise<string> {
  const files = names.map((name) => path.join(folder, name));
  const there = await Promise.all(files.map(statOf));
  const found = files.filter((_, at) => there[at]);
  if (found.length > 1) throw ambiguous(folder, names);
  if (found[0] === undefined) throw new UsageError(`${folder} holds no ${names.join(' and no ')}`);
  return found[0];
}

function ambiguous(folder: string, names: readonly string[]): UsageError {
  return new UsageError(`${folder} holds both ${names.join(' and ')}: keep the one that counts`);
}

async function statOf(file: string) {
  return stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new UsageError(`${file} can't be read: ${error.message}`);
  });
}
