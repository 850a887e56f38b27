// The full names of the services that are the same for all versions of the API.

export const LOCATIONS = 'google.cloud.location.Locations';
export const OPERATIONS = 'google.longrunning.Operations';
