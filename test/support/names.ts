let made = 0;

/** Returns a name that no other test of the file uses, such as `mail-3`, usually for a queue. */
export const nextName = (prefix: string): string => `${prefix}-${++made}`;
