// The versions of the API. Their messages have the same names in different packages, and differ here and there.

export type VersionId = 'v2' | 'v2beta2' | 'v2beta3';

/** The full name of a message or service of a version. */
export const fullName = (version: VersionId, name: string) => `google.cloud.tasks.${version}.${name}`;
