// A session that sets all that a user may set and that changes what a text, a plan or a message means.

/** Settings that have been seen to change meaning, each at its worst. */
export const HOSTILE_SETTINGS: Record<string, string> = {
  array_nulls: 'off',
  backslash_quote: 'on',
  bytea_output: 'escape',
  check_function_bodies: 'off',
  datestyle: 'SQL, DMY',
  default_text_search_config: 'pg_catalog.german',
  escape_string_warning: 'on',
  extra_float_digits: '-10',
  intervalstyle: 'sql_standard',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  plan_cache_mode: 'force_custom_plan',
  'plpgsql.extra_errors': 'all',
  'plpgsql.print_strict_params': 'on',
  quote_all_identifiers: 'on',
  row_security: 'off',
  standard_conforming_strings: 'off',
  timezone: 'America/St_Johns',
  timezone_abbreviations: 'India',
  transform_null_equals: 'on',
  xmlbinary: 'hex',
  xmloption: 'document',
};

/** Everything that a statement works with is printed to the session. */
export const TALKATIVE = [
  'set debug_print_parse = on',
  'set debug_print_rewritten = on',
  'set debug_print_plan = on',
  'set debug_pretty_print = off',
  'set client_min_messages = log',
].join('; ');

const setting = ([name, value]: [string, string]) => `set ${name} = '${value}'`;

/** Statements that make a session hostile: traps first in its path, and all it does printed. */
export const HOSTILE_SESSION = [
  ...Object.entries(HOSTILE_SETTINGS).map(setting),
  'set search_path = trap, pg_catalog',
  TALKATIVE,
].join('; ');
