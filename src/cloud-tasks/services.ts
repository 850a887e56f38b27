// The full names of the services.

export const CLOUD_TASKS = 'google.cloud.tasks.v2.CloudTasks';
export const LOCATIONS = 'google.cloud.location.Locations';
export const OPERATIONS = 'google.longrunning.Operations';
