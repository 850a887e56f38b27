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

/** Whether a host, with or without a port, is one of this machine's own names. */
export function isOwnName(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** Whether a peer connects from this machine. Undefined: unknown. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i.test(address);
}
