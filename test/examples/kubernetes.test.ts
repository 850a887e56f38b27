// The Helm chart, rendered by Helm and checked against the schemas of Kubernetes.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ROLES } from '../../src/server/roles.ts';
import { useDatabase } from '../support/db.ts';
import { invalidValue, type Manifest, unknownFields } from '../support/manifests.ts';

const CHART = path.resolve(import.meta.dirname, '../../examples/kubernetes');
const run = promisify(execFile);
const database = useDatabase();
const KINDS = ['Deployment', 'Job', 'NetworkPolicy', 'PodDisruptionBudget', 'Service'];
const ON_REQUEST = ['ScaledObject', 'ServiceMonitor', 'TriggerAuthentication'];

/** Settings that make every template write all it can. */
const EVERYTHING = [
  'keda.enabled=true,serviceMonitor.enabled=true,imagePullSecrets[0].name=registry,podAnnotations.a=b,nodeSelector.a=b',
  'tolerations[0].key=a,tolerations[0].operator=Exists,extraEnv[0].name=A,extraEnv[0].value=b',
  'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key=a',
  'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator=Exists',
  'networkPolicy.from[0].podSelector.matchLabels.a=b,networkPolicy.to[0].ipBlock.cidr=10.0.0.0/8',
];

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
    const usual = await render();
    const everything = await render(...EVERYTHING);
    expect(usual.map(({ kind }) => kind).sort()).toEqual(KINDS);
    expect(everything.map(({ kind }) => kind).sort()).toEqual([...KINDS, ...ON_REQUEST].sort());
    const manifests = [...usual, ...everything];
    expect((await Promise.all(manifests.map(invalidValue))).filter(Boolean)).toEqual([]);
    expect(unknownFields(manifests)).toBe('');
  });

  test('would not be valid with a wrong value or an unknown field', async ({ skip }) => {
    if (!hasHelm) skip('helm is not installed');
    const deployment = (await render()).find(({ kind }) => kind === 'Deployment') as Manifest;
    const spec = deployment.spec as { replicas: unknown };
    expect(await invalidValue({ ...deployment, spec: { ...spec, replicas: 'two' } })).toContain('must be integer');
    const wrong = structuredClone(deployment);
    Object.assign(podOf(wrong).containers[0] as object, { livenesProbe: {} });
    expect(unknownFields([wrong])).toContain('livenesProbe');
  });

  test.each(['stopSecond=5', 'image.registry=x', 'components.server.replica=3', 'token.value=secret', 'keda.lag=5'])(
    'refuses a setting that it does not know: %s',
    async (setting) => {
      if (hasHelm) await expect(render(setting)).rejects.toThrow(/additional properties|Additional property/);
    },
  );

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

  test('scales by KEDA, with a query that servers may ask', async ({ skip }) => {
    if (!hasHelm) skip('helm is not installed');
    const manifests = await render('keda.enabled=true');
    expect(manifests.find(({ kind }) => kind === 'Deployment')?.spec).not.toHaveProperty('replicas');
    const scaling = manifests.find(({ kind }) => kind === 'ScaledObject') as Manifest;
    const [{ metadata }] = scaling.spec.triggers as [{ metadata: { query: string } }];
    const server = await database.asRole('taskqueue_server');
    expect(Object.values((await server.query(metadata.query)).rows[0])).toEqual([0]);
  });

  test('keeps servers from the metadata of clouds', async ({ skip }) => {
    if (!hasHelm) skip('helm is not installed');
    const policy = (await render()).find(({ kind }) => kind === 'NetworkPolicy') as Manifest;
    const egress = policy.spec.egress as { ports?: { port: number }[]; to?: unknown[] }[];
    expect(egress.filter(({ to, ports }) => to === undefined && !ports?.every(({ port }) => port === 53))).toEqual([]);
    expect(JSON.stringify(egress)).toContain('169.254.0.0/16');
  });
});
