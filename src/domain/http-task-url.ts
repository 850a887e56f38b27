// The URLs of HTTP tasks, normalized as browsers do it (WHATWG).

/** Most characters of a URL, as it is given and normalized. */
const MOST_CHARACTERS = 2083;

/** Where a task's request goes. */
export interface TaskUrl {
  /** Scheme, host and port; null: it names no host, and a target has to. */
  origin: string | null;
  /** Path and query. */
  path: string;
}

/** The URL of a task that has none. */
export const NO_URL: TaskUrl = { origin: null, path: '/' };

/**
 * Normalizes the URL of an HTTP task. The port is left out if it is the scheme's, and the fragment always. A bad
 * percent escape stays: its request fails.
 *
 * @param emptyAllowed true: '' is the URL of a task that names no host
 * @throws RangeError for text that is no http or https URL, names a user, or is too long
 * @example `normalizeUrl('https://Example.com:443?x=1#top')` returns { origin: 'https://example.com', path: '/?x=1' }
 */
export function normalizeUrl(given: string, emptyAllowed = false): TaskUrl {
  if (given === '' && emptyAllowed) return NO_URL;
  const url = /^https?:\/\//i.test(given) ? URL.parse(given) : null;
  if (url === null) throw new RangeError(`url must begin with http:// or https:// and a host, got ${shown(given)}`);
  if (url.username !== '' || url.password !== '') throw new RangeError('url must not name a user or a password');
  const path = url.pathname + url.search;
  const characters = Math.max(given.length, url.origin.length + path.length);
  if (characters > MOST_CHARACTERS)
    throw new RangeError(`url must have at most ${MOST_CHARACTERS} characters, got ${characters}`);
  return { origin: url.origin, path };
}

function shown(given: string): string {
  return given === '' ? 'none' : JSON.stringify(given.slice(0, 120));
}
