// Loopback names and addresses.

const NAMES = new Set(['localhost', '::1', '[::1]']);

/**
 * Whether a server at this name or address can be reached only from this machine.
 *
 * @example isLoopback('127.0.0.1')   // true
 */
export function isLoopback(host: string): boolean {
  return NAMES.has(host.toLowerCase()) || /^127(\.\d{1,3}){3}$/.test(host);
}
