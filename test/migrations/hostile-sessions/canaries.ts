// What a session may not see, and all the forms in which a message shows it.

/** What everything that a server says of a statement holds, on its way to a client: rows, notices, an error. */
export interface Received {
  rows: string;
  messages: string;
}

/** Whether a text has a secret: as it is, or in the bytes of a constant, as debug_print_plan writes them. */
export function shows(text: string, secret: string): boolean {
  if (text.includes(secret)) return true;
  const wanted = [bytesOf(Buffer.from(secret, 'utf8'))];
  if (UUID.test(secret)) wanted.push(bytesOf(Buffer.from(secret.replaceAll('-', ''), 'hex')));
  const unwrapped = text.replaceAll(/\s+/g, ' '); // the server wraps what it dumps
  return wanted.some((bytes) => unwrapped.includes(bytes));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// The server writes bytes as signed numbers, one after the other.
const bytesOf = (bytes: Buffer) => ` ${[...new Int8Array(bytes)].join(' ')} `;
