// Header names as seen by servers that pass requests on as CGI variables (WSGI, Rack, PHP and others). They map
// everything that is not a letter or digit to one sign, so X_AppEngine_Cron and X-AppEngine-Cron are the same header.
// Checks that decide about trust must compare these names.

/** The name in lower case, with hyphens for all other signs. */
export function plainHeaderName(name: string): string {
  const lower = name.toLowerCase();
  return isPlain(lower) ? lower : lower.replaceAll(/[^a-z0-9]/g, '-');
}

/** Whether a lower-case name has no signs other than hyphens. */
export function isPlain(name: string): boolean {
  return !/[^a-z0-9-]/.test(name);
}
