// Access policies and encryption keys: what this service has tokens and PostgreSQL for.

import type { Right } from '../domain/rights.ts';
import { getCloudQueue } from '../store/cloud-queues.ts';
import { locationName, parseLocation, parseQueue, queueIn } from './names.ts';
import { type Operation, operation } from './operation.ts';
import * as policies from './schema/policy.ts';
import { CmekConfig, GetCmekConfigRequest, UpdateCmekConfigRequest } from './schema/requests.ts';
import { CLOUD_TASKS } from './services.ts';
import { StatusError } from './status.ts';

const RESOURCE = '/v2/{resource=projects/*/locations/*/queues/*}';
const named = ({ resource }: { resource: string }) => queueIn(resource);

/** The right that a permission of Cloud Tasks stands for. */
export const PERMISSIONS: Readonly<Record<string, Right>> = {
  'cloudtasks.queues.list': 'read',
  'cloudtasks.queues.get': 'read',
  'cloudtasks.queues.create': 'admin',
  'cloudtasks.queues.update': 'admin',
  'cloudtasks.queues.delete': 'admin',
  'cloudtasks.queues.purge': 'operate',
  'cloudtasks.queues.pause': 'operate',
  'cloudtasks.queues.resume': 'operate',
  'cloudtasks.queues.getIamPolicy': 'read',
  'cloudtasks.tasks.list': 'read',
  'cloudtasks.tasks.get': 'read',
  'cloudtasks.tasks.create': 'enqueue',
  'cloudtasks.tasks.delete': 'operate',
  'cloudtasks.tasks.run': 'operate',
  'cloudtasks.tasks.fullView': 'payload',
};

export const accessOperations: readonly Operation[] = [
  operation({
    ...{ service: CLOUD_TASKS, name: 'GetIamPolicy', verb: 'POST', paths: [`${RESOURCE}:getIamPolicy`], body: '*' },
    ...{ right: 'read', queue: named },
    request: policies.GetIamPolicyRequest,
    response: policies.Policy,
    run: async ({ resource }, { executor }) => {
      const path = parseQueue(resource);
      await getCloudQueue(executor, path, path.queue);
      return {};
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'SetIamPolicy', verb: 'POST', paths: [`${RESOURCE}:setIamPolicy`], body: '*' },
    ...{ right: 'admin', queue: named },
    request: policies.SetIamPolicyRequest,
    response: policies.Policy,
    run: async ({ resource }) => {
      parseQueue(resource);
      throw new StatusError('UNIMPLEMENTED', 'SetIamPolicy is not offered: rights belong to tokens (tokens create)');
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'TestIamPermissions', verb: 'POST', body: '*', right: undefined },
    paths: [`${RESOURCE}:testIamPermissions`],
    request: policies.TestIamPermissionsRequest,
    response: policies.TestIamPermissionsResponse,
    run: async ({ resource, permissions }, { executor, may }) => {
      const path = parseQueue(resource);
      const exists = await getCloudQueue(executor, path, path.queue).then(
        () => true,
        () => false,
      );
      const allowed = (permission: string) => {
        const right = Object.hasOwn(PERMISSIONS, permission) ? PERMISSIONS[permission] : undefined;
        return right !== undefined && may(right, path.queue);
      };
      return { permissions: exists ? permissions.filter(allowed) : [] };
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'GetCmekConfig', verb: 'GET', right: undefined },
    paths: ['/v2/{name=projects/*/locations/*/cmekConfig}'],
    request: GetCmekConfigRequest,
    response: CmekConfig,
    run: async ({ name }) => ({ name: `${locationName(parseLocation(name.replace(/\/cmekConfig$/, '')))}/cmekConfig` }),
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'UpdateCmekConfig', verb: 'PATCH', body: 'cmek_config', right: 'admin' },
    paths: ['/v2/{cmek_config.name=projects/*/locations/*/cmekConfig}'],
    request: UpdateCmekConfigRequest,
    response: CmekConfig,
    run: async () => {
      throw new StatusError('UNIMPLEMENTED', 'UpdateCmekConfig is not offered: encrypt the storage of PostgreSQL');
    },
  }),
];
