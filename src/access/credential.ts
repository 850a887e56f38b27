// Reads the credential from headers, which REST and gRPC share: it is missing, can be looked up, or cannot be a token.
// The last is invalid, not missing.

/**
 * Returns undefined if there is no credential, and '' if it cannot be a token.
 *
 * @param authorization the header of that name
 * @param apiKey `x-goog-api-key`, in which Google's clients send a key
 */
export function credentialIn(authorization: string | undefined, apiKey: string | undefined): string | undefined {
  if (authorization !== undefined) return /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1] ?? '';
  if (apiKey !== undefined) return /^[\x21-\x7e]+$/.test(apiKey) ? apiKey : '';
  return undefined;
}
