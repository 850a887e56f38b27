// Reads the message of a request: from its body, its path and its query, in this order; the later wins.

import {
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  mergeFromJson,
} from '@bufbuild/protobuf';
import type { Operation } from '../../cloud-tasks/operation.ts';
import { StatusError } from '../../cloud-tasks/status.ts';
import type { RequestContext } from '../route.ts';
import { hasFewValues } from './few-values.ts';

/** Parameters of Google's APIs that say how to answer, and who asks. */
const COMMON = new Set([
  ...['$alt', 'alt', '$fields', 'fields', 'prettyPrint', '$prettyPrint', 'key', 'access_token', 'oauth_token'],
  ...[
    'quotaUser',
    '$userProject',
    'userIp',
    '$httpHeaders',
    '$.xgafv',
    '$unique',
    'trace',
    '$trace',
    'callback',
    '$callback',
  ],
]);

/** @throws StatusError INVALID_ARGUMENT */
export async function readMessage(
  { request, body }: Operation,
  fromPath: Record<string, string>,
  { req }: RequestContext,
): Promise<Message> {
  const text = body === undefined ? '' : await req.text();
  // Google's client sends "" for a message of which only the name is set.
  const json = text.trim() === '' || text === '""' ? {} : parse(text);
  const fromBody = body === undefined || body === '*' ? json : { [body]: json };
  const message = read(() => fromJson(request, fromBody));
  const rest: JsonObject = {};
  for (const [name, value] of Object.entries(req.query())) {
    if (!COMMON.has(name)) put(rest, request, name, value);
  }
  for (const [name, value] of Object.entries(fromPath)) put(rest, request, name, value);
  return read(() => mergeFromJson(request, message, rest));
}

/** Sets a field, in either spelling; dots lead into messages. */
function put(target: JsonObject, type: DescMessage, path: string, value: string): void {
  const [first = '', ...others] = path.split('.');
  const field = type.fields.find(({ name, jsonName }) => first === name || first === jsonName);
  if (!field) throw invalid(`${type.name} has no field ${JSON.stringify(path.slice(0, 120))}`);
  if (others.length === 0) target[field.jsonName] = jsonValue(field, value);
  else {
    if (!field.message) throw invalid(`${path.slice(0, 120)} must be the path of a field of ${type.name}`);
    const below = (target[field.jsonName] ?? {}) as JsonObject;
    target[field.jsonName] = below;
    put(below, field.message, others.join('.'), value);
  }
}

function jsonValue(field: DescField, text: string): JsonValue {
  if (field.enum && /^\d{1,9}$/.test(text)) return Number(text);
  if (field.message?.typeName === 'google.protobuf.FieldMask') return maskOf(text);
  if (field.fieldKind === 'scalar' && (text === 'true' || text === 'false') && field.scalar === BOOL)
    return text === 'true';
  return field.fieldKind === 'scalar' && field.scalar === INT32 && /^-?\d{1,10}$/.test(text) ? Number(text) : text;
}

const BOOL = 8;
const INT32 = 5;

/** JSON has the paths of a mask in camel case; clients write them as their users do. */
function maskOf(text: string): string {
  return text.replace(/_+([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function parse(text: string): JsonValue {
  if (!hasFewValues(text)) throw invalid('the body has too many values');
  // As the name of a header it would be lost without a word.
  if (/"__proto__"\s*:/.test(text)) throw invalid('no key may be __proto__');
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw invalid(`the body must be JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

function read(make: () => Message): Message {
  try {
    return make();
  } catch (error) {
    throw invalid(`Invalid JSON payload received: ${(error as Error).message.slice(0, 300)}`);
  }
}

const invalid = (message: string) => new StatusError('INVALID_ARGUMENT', message);
