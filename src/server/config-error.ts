// What is wrong with the settings someone started the program with.

/**
 * A setting is missing, unknown or out of range. The message says what was expected and what was given, never a password.
 * The command line exits with 2.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
