// Locations: google.cloud.location.

import { AnySchema } from '@bufbuild/protobuf/wkt';
import { message } from '../../protobuf/define.ts';
import { int32, many, one, string, stringMap } from '../../protobuf/fields.ts';

export const Location = message('google.cloud.location.Location', {
  name: string(1),
  locationId: string(4),
  displayName: string(5),
  labels: stringMap(2),
  metadata: one(AnySchema, 3),
});

export const GetLocationRequest = message('google.cloud.location.GetLocationRequest', { name: string(1) });

export const ListLocationsRequest = message('google.cloud.location.ListLocationsRequest', {
  name: string(1),
  filter: string(2),
  pageSize: int32(3),
  pageToken: string(4),
});

export const ListLocationsResponse = message('google.cloud.location.ListLocationsResponse', {
  locations: many(Location, 1),
  nextPageToken: string(2),
});
