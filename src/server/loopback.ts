// Which names and addresses mean this machine alone.

const NAMES = new Set(['localhost', '::1', '[::1]']);

/**
 * Whether only programs on this machine can reach a server at this name or address.
 *
 * @example isLoopback('127.0.0.1')   // true
 */
export function isLoopback(host: string): boolean {
  return NAMES.has(host.toLowerCase()) || /^127(\.\d{1,3}){3}$/.test(host);
}
