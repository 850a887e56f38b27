// Settings of the embedded PostgreSQL.

/** Where the server listens: a TCP port of 127.0.0.1, or a Unix socket in a folder. */
export type Address = { port: number } | { socketFolder: string };

/** The name of a Unix socket includes a port; in a folder of its own it can be the usual one. */
const SOCKET_PORT = 5432;

/**
 * Returns the server's settings.
 *
 * @param ephemeral true: faster, but data is lost if the machine (not the server) crashes
 */
export function serverSettings(address: Address, ephemeral: boolean): Record<string, string> {
  const common = { max_connections: '200', timezone: 'UTC', log_timezone: 'UTC' };
  return { ...common, ...listen(address), ...(ephemeral ? EPHEMERAL : {}) };
}

/** Returns the connection string of a database at this address. */
export function connectionString(address: Address, password: string, database: string): string {
  const place =
    'port' in address ? `127.0.0.1:${address.port}` : `${encodeURIComponent(address.socketFolder)}:${SOCKET_PORT}`;
  return `postgresql://postgres:${password}@${place}/${database}`;
}

function listen(address: Address): Record<string, string> {
  if ('port' in address) {
    return { listen_addresses: '127.0.0.1', port: String(address.port), unix_socket_directories: '' };
  }
  return {
    listen_addresses: '',
    port: String(SOCKET_PORT),
    unix_socket_directories: address.socketFolder,
    unix_socket_permissions: '0777', // only the user can enter the folder, and root can anyway
  };
}

const EPHEMERAL = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  max_prepared_transactions: '20', // for tests of applications with two-phase commit
};
