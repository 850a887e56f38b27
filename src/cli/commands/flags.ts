// Command-line flags by the property that they set, one or more for each. A property without an entry does not compile.

import { type Command, Option } from 'commander';

/** The values of the options that were given, by commander's names. */
export type Given = Readonly<Record<string, unknown>>;

/** The options that set one property, and a function that reads them. */
export interface PropertyFlags<Value> {
  options: readonly Option[];
  /** undefined: none of the options was given. */
  read(given: Given): Value | undefined;
}

/** Flags for every property of a type. */
export type FlagsOf<Properties> = { readonly [Name in keyof Properties]-?: PropertyFlags<Properties[Name]> };

/** A property that one option sets. */
export function flag<Value = string>(
  flags: string,
  does: string,
  parse?: (text: string, before: never) => Value,
): PropertyFlags<Value> {
  const option = new Option(flags, does);
  if (parse) option.argParser(parse as (text: string, before: unknown) => Value);
  return { options: [option], read: (given) => given[option.attributeName()] as Value | undefined };
}

/** Adds all flags to a command. */
export function addFlags<Properties>(command: Command, flags: FlagsOf<Properties>): Command {
  for (const { options } of Object.values<PropertyFlags<unknown>>(flags)) {
    for (const option of options) command.addOption(option);
  }
  return command;
}

/** The object that the given options describe; properties without a given option are left out. */
export function readFlags<Properties>(flags: FlagsOf<Properties>, given: Given): Properties {
  const entries = Object.entries<PropertyFlags<unknown>>(flags).map(([name, one]) => [name, one.read(given)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Properties;
}
