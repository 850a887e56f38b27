// Judges manifests by the schemas of Kubernetes, KEDA and the Prometheus operator.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { writeFiles } from './folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What is sent to Kubernetes. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: Record<string, unknown>;
}

const PACKAGES: Record<string, string> = {
  'keda.sh/v1alpha1': '@kubernetes-models/keda/keda.sh/v1alpha1',
  'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
};

const moduleOf = ({ apiVersion }: Manifest) => PACKAGES[apiVersion] ?? `kubernetes-models/${apiVersion}`;

/** What the schema has against the values of a manifest; undefined: nothing. */
export async function invalidValue(manifest: Manifest): Promise<string | undefined> {
  const { [manifest.kind]: Model } = await import(moduleOf(manifest));
  try {
    new Model(structuredClone(manifest)).validate();
    return undefined;
  } catch (error) {
    return `${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`;
  }
}

/** What the compiler has against the fields of manifests: schemas permit any that they do not know. */
export function unknownFields(manifests: Manifest[]): string {
  const folder = fs.mkdtempSync(path.join(ROOT, 'node_modules/.manifests-')); // where imports are found
  const text = manifests.map(
    (manifest, i) =>
      `import type { I${manifest.kind} as I${i} } from '${moduleOf(manifest)}';\n` +
      `export const m${i}: I${i} = ${JSON.stringify(manifest)};\n`,
  );
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const flags = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--types', ''];
  const modules = ['--module', 'esnext', '--moduleResolution', 'bundler'];
  try {
    writeFiles(folder, { 'manifests.ts': text.join('') });
    const { stdout } = spawnSync(process.execPath, [compiler, ...flags, ...modules, 'manifests.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return stdout;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
