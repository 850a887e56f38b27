// The payload of notifications: the id of a queue. It is only a hint, as every role that can connect can send and
// receive notifications.

/** The queue id in a payload; undefined if the payload is not an id. */
export function queueIdIn(payload: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(payload) ? Number(payload) : undefined;
}
