// Building blocks of command definitions: verbs with an example, actions that are loaded when they run, and the queue
// as the first argument.

import { type Argument, type Command, Option } from 'commander';

// biome-ignore lint/suspicious/noExplicitAny: commander calls an action with the arguments and options of its command
type Action = (...given: any[]) => void | Promise<void>;

/** Makes a verb of a noun: its usage, what it does, and an example without the noun. */
export type MakeVerb = (usage: string, does: string, example: string) => Command;

/** The verbs of a noun. */
export function verbsOf(noun: Command): MakeVerb {
  return (usage, does, example) =>
    noun.command(usage).description(does).addHelpText('after', `\nExample:\n  pgtaskqueue ${noun.name()} ${example}`);
}

/**
 * An action whose module, with all it imports, is loaded when the command runs: help and completion need none of it.
 */
export function lazily<Name extends string>(load: () => Promise<Record<Name, Action>>, name: Name): Action {
  return async (...given) => await (await load())[name](...given);
}

/** The option of commands that can work on all cells, one after another. */
export const everyCell = () => new Option('--all', 'every cell of the file, one after another');

/**
 * Lets the first argument of a command, its queue, also be given as --queue, as in earlier releases.
 *
 * With --queue the remaining arguments are all that commander expects.
 */
export function acceptQueueOption(command: Command): Command {
  command.addOption(new Option('--queue <queue>', 'the queue; now the first argument').hideHelp());
  return command.on('option:queue', () => {
    const later = command.registeredArguments as Argument[];
    if (later[0]?.name() === 'queue') later.shift(); // once, even if the option is repeated
  });
}

/** An action of a command with a queue argument: it gets the queue first, however it was given. */
export function onQueue(action: Action): Action {
  return (...given) => {
    const { queue } = (given.at(-1) as Command).opts<{ queue?: string }>();
    return action(...(queue === undefined ? given : [queue, ...given]));
  };
}
