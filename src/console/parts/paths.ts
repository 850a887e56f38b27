// Addresses of pages, relative to the console.

/** `queues/mail`; more parts follow, each escaped. */
export function queuePath(queue: string, ...more: readonly string[]): string {
  return ['queues', ...[queue, ...more].map(encodeURIComponent)].join('/');
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
