// A folder that all test files of a run share, for what takes long to make.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder, which is removed at the end of the run. */
    runFolder: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-run-'));
  fs.chmodSync(folder, 0o755); // PostgreSQL runs as another user when the tests run as root
  project.provide('runFolder', folder);
  return () => fs.rmSync(folder, { recursive: true, force: true });
}
