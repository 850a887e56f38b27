// Access policies, for which this service has tokens.

import type { Right } from '../domain/rights.ts';
import { getCloudQueue } from '../store/cloud-queues.ts';
import { parseQueue, queueIn } from './names.ts';
import { type Operation, operation } from './operation.ts';
import * as policies from './schema/policy.ts';
import { StatusError } from './status.ts';
import type { ApiVersion } from './versions/version.ts';

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

type Definition = (version: ApiVersion) => Operation;

/** Those of a version. */
export const accessOperations = (version: ApiVersion): Operation[] =>
  [getIamPolicy, setIamPolicy, testIamPermissions].map((define) => define(version));

const queueAt = ({ id }: ApiVersion) => `/${id}/{resource=projects/*/locations/*/queues/*}`;

const getIamPolicy: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'GetIamPolicy', verb: 'POST', body: '*' },
    ...{ paths: [`${queueAt(version)}:getIamPolicy`], right: 'read', queue: named },
    request: policies.GetIamPolicyRequest,
    response: policies.Policy,
    run: async ({ resource }, { executor }) => {
      const path = parseQueue(resource);
      await getCloudQueue(executor, path, path.queue);
      return {};
    },
  });

const setIamPolicy: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'SetIamPolicy', verb: 'POST', body: '*' },
    ...{ paths: [`${queueAt(version)}:setIamPolicy`], right: 'admin', queue: named },
    request: policies.SetIamPolicyRequest,
    response: policies.Policy,
    run: async ({ resource }) => {
      parseQueue(resource);
      throw new StatusError('UNIMPLEMENTED', 'SetIamPolicy is not offered: rights belong to tokens (tokens create)');
    },
  });

const testIamPermissions: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'TestIamPermissions', verb: 'POST', body: '*', right: undefined },
    paths: [`${queueAt(version)}:testIamPermissions`],
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
  });
