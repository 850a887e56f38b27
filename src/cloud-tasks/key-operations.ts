// Encryption keys, which belong to the storage of PostgreSQL.

import { locationName, parseLocation } from './names.ts';
import { type Operation, operation } from './operation.ts';
import { StatusError } from './status.ts';
import type { ApiVersion } from './versions/version.ts';

/** Those of a version. */
export const keyOperations = (version: ApiVersion): Operation[] => [getCmekConfig(version), updateCmekConfig(version)];

const getCmekConfig = ({ service, id, messages }: ApiVersion) =>
  operation({
    ...{ service, name: 'GetCmekConfig', verb: 'GET', right: undefined },
    paths: [`/${id}/{name=projects/*/locations/*/cmekConfig}`],
    request: messages.GetCmekConfigRequest,
    response: messages.CmekConfig,
    run: async ({ name }) => ({ name: `${locationName(parseLocation(name.replace(/\/cmekConfig$/, '')))}/cmekConfig` }),
  });

const updateCmekConfig = ({ service, id, messages }: ApiVersion) =>
  operation({
    ...{ service, name: 'UpdateCmekConfig', verb: 'PATCH', body: 'cmek_config', right: 'admin' },
    paths: [`/${id}/{cmek_config.name=projects/*/locations/*/cmekConfig}`],
    request: messages.UpdateCmekConfigRequest,
    response: messages.CmekConfig,
    run: async () => {
      throw new StatusError('UNIMPLEMENTED', 'UpdateCmekConfig is not offered: encrypt the storage of PostgreSQL');
    },
  });
