// A reader of Dockerfiles, and a builder that follows one without a container engine.

import fs from 'node:fs';
import path from 'node:path';

/** One line, continued ones joined. */
export interface Instruction {
  word: string;
  rest: string;
}

/** The instructions from one FROM to the next. */
export interface Stage {
  /** Its name, or its number. */
  name: string;
  instructions: Instruction[];
}

/** The stages of a Dockerfile; what stands before the first FROM is left out. */
export function readDockerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'FROM') stages.push({ name: / AS (\w+)$/.exec(rest)?.[1] ?? String(stages.length), instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

/** What each RUN does here, by its command: the base image and the registry are not at hand. */
export type StandIns = Readonly<Record<string, (folder: string) => void>>;

/**
 * Follows COPY and RUN of all stages below a folder, where each stage has its root.
 *
 * @returns the root of the last stage
 * @throws Error for a RUN without a stand-in
 */
export function buildImage(stages: Stage[], context: string, folder: string, standIns: StandIns): string {
  const rootOf = (name: string) => path.join(folder, name);
  for (const { name, instructions } of stages) {
    let place = rootOf(name);
    for (const { word, rest } of instructions) {
      if (word === 'WORKDIR') place = path.join(rootOf(name), rest);
      fs.mkdirSync(place, { recursive: true });
      if (word === 'COPY') copy(rest, place, context, rootOf);
      if (word === 'RUN') standInFor(rest, standIns)(place);
    }
  }
  return rootOf(stages.at(-1)?.name ?? '');
}

function standInFor(command: string, standIns: StandIns) {
  const standIn = standIns[command];
  if (!standIn) throw new Error(`there is no stand-in for RUN ${command}`);
  return standIn;
}

function copy(rest: string, place: string, context: string, rootOf: (name: string) => string): void {
  const [, stage, paths = rest] = /^--from=(\w+)\s+(.*)$/.exec(rest) ?? [];
  const names = paths.split(/\s+/);
  const target = names.pop() as string;
  for (const name of names) {
    const source = path.join(stage === undefined ? context : rootOf(stage), name);
    const to = path.join(place, target, target.endsWith('/') ? path.basename(name) : '');
    fs.cpSync(source, to, { recursive: true, verbatimSymlinks: true });
  }
}
