let made = 0;

/** A name that no other test of the file has, such as `mail-3`: of a queue, mostly. */
export const nextName = (prefix: string): string => `${prefix}-${++made}`;
