// The Helm chart, rendered by Helm and checked against the schemas of Kubernetes.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ROLES } from '../../src/server/roles.ts';

const CHART = path.resolve(import.meta.dirname, '../../examples/kubernetes');
const run = promisify(execFile);
const KINDS = { Deployment, Job, NetworkPolicy, PodDisruptionBudget, Service };

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: Record<string, unknown>;
}
interface Pod {
  containers: {
    args: string[];
    env: { name: string; value?: string; valueFrom?: unknown }[];
    securityContext: object;
  }[];
  securityContext: object;
  terminationGracePeriodSeconds?: number;
}

let hasHelm = false;
beforeAll(async () => {
  hasHelm = await run('helm', ['version']).then(
    () => true,
    () => false,
  );
});

async function render(...settings: string[]): Promise<Manifest[]> {
  const { stdout } = await run('helm', ['template', 'tasks', CHART, ...settings.flatMap((one) => ['--set', one])]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}
const podOf = ({ spec }: Manifest) => (spec.template as { spec: Pod }).spec;

describe('the chart', () => {
  test('is valid by the schemas of Kubernetes, and by Helm’s linter', async ({ skip }) => {
    if (!hasHelm) skip('helm is not installed');
    await run('helm', ['lint', '--strict', CHART]);
    const manifests = await render();
    expect(manifests.map(({ kind }) => kind).sort()).toEqual([...Object.keys(KINDS)].sort());
    for (const manifest of manifests) {
      const model = KINDS[manifest.kind as keyof typeof KINDS] as new (data: never) => { validate(): void };
      expect(() => new model(manifest as never).validate(), manifest.kind).not.toThrow();
    }
    const broken = { ...(manifests.find(({ kind }) => kind === 'Service') as Manifest), spec: { ports: 'none' } };
    expect(() => new Service(broken as never).validate()).toThrow();
  });

  test('runs every pod without rights, and takes secrets by reference alone', async ({ skip }) => {
    if (!hasHelm) skip('helm is not installed');
    const pods = (await render()).filter(({ kind }) => ['Deployment', 'Job'].includes(kind)).map(podOf);
    expect(pods).toHaveLength(2);
    for (const { securityContext, containers } of pods) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(containers[0]?.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const { name, value } of containers[0]?.env ?? [])
        if (/URL|TOKEN/.test(name)) expect(value, name).toBeUndefined();
    }
  });

  test('waits longer for a pod than the pod for its requests', async ({ skip }) => {
    if (!hasHelm) skip('helm is not installed');
    const [deployment] = (await render('stopSeconds=60')).filter(({ kind }) => kind === 'Deployment');
    const { containers, terminationGracePeriodSeconds } = podOf(deployment as Manifest);
    expect(containers[0]?.env).toContainEqual({ name: 'PGTASKQUEUE_STOP_SECONDS', value: '60' });
    expect(terminationGracePeriodSeconds).toBe(70);
  });

  test('runs roles in Deployments of their own, with known roles only', async ({ skip }) => {
    if (!hasHelm) skip('helm is not installed');
    const manifests = await render(
      'components.server=null',
      'components.http.replicas=2,components.http.roles={http}',
      'components.rest.replicas=5,components.rest.roles={dispatcher,scheduler}',
    );
    const roles = manifests
      .filter(({ kind }) => kind === 'Deployment')
      .flatMap((manifest) => podOf(manifest).containers[0]?.args.at(-1)?.split(',') ?? []);
    expect(roles.sort()).toEqual([...ROLES].sort());
    await expect(render('components.server.roles={cook}')).rejects.toThrow(/roles/);
  });

  test('scales by KEDA and is scraped by the operator on request', async ({ skip }) => {
    if (!hasHelm) skip('helm is not installed');
    const manifests = await render('keda.enabled=true', 'serviceMonitor.enabled=true');
    expect(manifests.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['ScaledObject', 'TriggerAuthentication', 'ServiceMonitor']),
    );
    expect(manifests.find(({ kind }) => kind === 'Deployment')?.spec).not.toHaveProperty('replicas');
  });
});
