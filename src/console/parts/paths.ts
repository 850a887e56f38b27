// Addresses of the console's pages.

/** `/console/queues/mail`; more parts follow, each escaped. */
export function queuePath(queue: string, ...more: readonly string[]): string {
  return ['/console/queues', ...[queue, ...more].map(encodeURIComponent)].join('/');
}

export function taskPath(queue: string, name: string, ...more: readonly string[]): string {
  return queuePath(queue, 'tasks', name, ...more);
}

/** A path with a query; undefined parameters are left out. */
export function withQuery(path: string, parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return path;
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

/** The path as `Done.goTo` takes it: below the console's. */
export function belowConsole(path: string): string {
  return path.replace(/^\/console/, '');
}
