// Names of headers as those servers read them that hand requests over as CGI variables (WSGI, Rack, PHP and others): there is one sign for all that is no
// letter or digit, so that X_AppEngine_Cron and X-AppEngine-Cron are the same. Whoever compares names for the sake of trust compares these.

/** In lower case, with hyphens for all other signs. */
export function plainHeaderName(name: string): string {
  const lower = name.toLowerCase();
  return isPlain(lower) ? lower : lower.replaceAll(/[^a-z0-9]/g, '-');
}

/** Whether a name in lower case has no other signs than hyphens. */
export function isPlain(name: string): boolean {
  return !/[^a-z0-9-]/.test(name);
}
