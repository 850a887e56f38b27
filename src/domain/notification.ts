// What a notification says. Everyone who may connect can send one, and listen to all: it holds the id of a queue, and is a hint.

/** The id of the queue it is about; undefined: what was sent is no id. */
export function queueIdIn(payload: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(payload) ? Number(payload) : undefined;
}
