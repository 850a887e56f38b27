// The longest test files begin first, so that none of them runs alone at the end. A fresh clone knows no durations, and
// Vitest would begin with the largest files.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONGEST = [
  // Those that compute beside those that wait: three of the former at once would slow each other down.
  'docs/pages',
  'dispatcher/silent-leader',
  'dispatcher/lost-slots',
  'dispatcher/floor-model',
  'soak/faults',
  'console/walk',
  'cli/doctor',
  'clients/languages',
  'console/task',
  'cli/dev',
  'console/frame',
].map((name) => `/test/${name}.test.ts`);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
  return at < 0 ? LONGEST.length : at;
}
