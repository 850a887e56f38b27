// Locations: those in which queues were created, and any other that a client names.

import { cloudLocations } from '../store/cloud-locations.ts';
import { locationName, parseLocation } from './names.ts';
import { type Operation, operation } from './operation.ts';
import * as messages from './schema/location.ts';
import { LOCATIONS } from './services.ts';
import { pathsInAll } from './versions/versions.ts';

/** What clients get that ask for a location before they have a queue. */
const FIRST_LOCATION = 'us-central1';

const location = (project: string, locationId: string) => ({
  name: locationName({ project, location: locationId }),
  locationId,
});

export const locationOperations: readonly Operation[] = [
  operation({
    ...{ service: LOCATIONS, name: 'ListLocations', verb: 'GET', right: undefined },
    paths: [...pathsInAll('{name=projects/*}/locations'), '/v1/{name=projects/*}/locations'],
    request: messages.ListLocationsRequest,
    response: messages.ListLocationsResponse,
    run: async ({ name }, { executor }) => {
      const { project } = parseLocation(`${name}/locations/any`);
      const known = await cloudLocations(executor, project);
      return { locations: (known.length === 0 ? [FIRST_LOCATION] : known).map((id) => location(project, id)) };
    },
  }),
  operation({
    ...{ service: LOCATIONS, name: 'GetLocation', verb: 'GET', right: undefined },
    paths: [...pathsInAll('{name=projects/*/locations/*}'), '/v1/{name=projects/*/locations/*}'],
    request: messages.GetLocationRequest,
    response: messages.Location,
    run: async ({ name }) => {
      const { project, location: id } = parseLocation(name);
      return location(project, id);
    },
  }),
];
