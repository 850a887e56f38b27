// Masks of reads: which fields of a queue an answer has. Statistics are counted only if a mask names them.

import { create, type DescMessage, type Message } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import type { FieldMask } from '@bufbuild/protobuf/wkt';
import { fieldPath } from './queue-message.ts';
import { StatusError } from './status.ts';

/** Whether the mask names the statistics, or one of them. */
export function namesStatistics(mask: FieldMask | undefined): boolean {
  return (mask?.paths ?? []).some((path) => path.trim().split('.')[0] === 'stats');
}

/** The fields that a mask names; an empty one, or `*`, names all. @throws StatusError INVALID_ARGUMENT */
export function maskedMessage(type: DescMessage, message: Message, mask: FieldMask | undefined): Message {
  const paths = mask?.paths ?? [];
  if (paths.length === 0 || paths.includes('*')) return message;
  const kept = create(type);
  for (const given of paths) {
    const path = fieldPath(type, given);
    if (path === undefined) {
      const got = JSON.stringify(given.slice(0, 120));
      throw new StatusError('INVALID_ARGUMENT', `readMask must name fields of a queue, got ${got}`);
    }
    copyField(path.split('.'), reflect(type, message), reflect(type, kept));
  }
  return kept;
}

function copyField([first, ...others]: readonly string[], from: ReflectMessage, to: ReflectMessage): void {
  const field = from.desc.fields.find(({ jsonName }) => jsonName === first);
  if (!field || !from.isSet(field)) return;
  if (others.length === 0 || field.fieldKind !== 'message') {
    to.set(field, from.get(field));
  } else {
    if (!to.isSet(field)) to.set(field, reflect(field.message));
    copyField(others, from.get(field), to.get(field));
  }
}
