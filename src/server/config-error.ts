// Errors in the settings that the program was started with.

/**
 * A setting is missing, unknown or out of range. The message says what was expected and what was given, but never
 * contains a password. The command line exits with 2.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
