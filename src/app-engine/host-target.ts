// The target that a Host header names. App Engine's SDKs turn `target="worker"` into the host `worker.<default host>`,
// and give a task without a target the host of the request in which it is added.

/**
 * Returns the target; undefined: the default one. The default host is one of App Engine's (`app.appspot.com`,
 * `app.uc.r.appspot.com`) or `localhost`; any other host is a name by which people reach the default target.
 *
 * @example targetOfHost('v2.worker.shop.appspot.com') // 'v2.worker'
 */
export function targetOfHost(host: string | undefined): string | undefined {
  const name = host?.toLowerCase().replace(/:\d*$/, '') ?? '';
  const labels = name.split('.');
  if (labels.length === 1) return name === 'localhost' || name === '' ? undefined : name;
  const before = beforeDefaultHost(labels);
  return before?.length ? before.join('.').replaceAll('-dot-', '.') : undefined;
}

/** The labels before the default host; undefined: the host does not end in one. */
function beforeDefaultHost(labels: string[]): string[] | undefined {
  if (labels.at(-1) === 'localhost') return labels.slice(0, -1);
  if (labels.slice(-2).join('.') !== 'appspot.com') return undefined;
  const rest = labels.slice(0, labels.at(-3) === 'r' ? -4 : -2);
  const app = rest.pop() ?? '';
  const service = app.lastIndexOf('-dot-'); // worker-dot-shop
  return service < 0 ? rest : [...rest, app.slice(0, service)];
}
