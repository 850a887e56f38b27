// Counts the fields of a message before it is read: each becomes objects, of which a few megabytes of tiny fields would
// make millions.

import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** More than a hundred tasks with a hundred headers each. */
const MOST_FIELDS = 50_000;
/** Of unknown groups within each other. */
const MOST_DEPTH = 100;

/**
 * Whether the bytes of a message have at most `most` fields, those of the messages inside it included.
 *
 * @throws Error if the bytes are no message
 */
export function hasFewFields(type: DescMessage, bytes: Uint8Array, most = MOST_FIELDS): boolean {
  const reader = new BinaryReader(bytes);
  let left = most;
  const scan = ({ fields }: DescMessage, end: number): void => {
    while (reader.pos < end && left >= 0) {
      const [number, wireType] = reader.tag();
      if (wireType === WireType.EndGroup) return;
      left -= 1;
      const inner = fields.find((field) => field.number === number)?.message;
      if (inner && wireType === WireType.StartGroup) scan(inner, end);
      else if (inner && wireType === WireType.LengthDelimited) scan(inner, reader.uint32() + reader.pos);
      else reader.skip(wireType, number, MOST_DEPTH);
    }
  };
  scan(type, bytes.length);
  return left >= 0;
}
