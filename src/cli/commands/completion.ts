// `pgtaskqueue completion SHELL`: a script that completes nouns, verbs and options, generated from the commands, and
// the names of queues, which it asks the database for, and of cells.

import { Argument, type Command } from 'commander';
import { lazily } from './verbs.ts';

const SHELLS = { bash, zsh, fish };
type Shell = keyof typeof SHELLS;

/** The hidden commands by which the scripts ask for the names of queues and cells. */
const QUEUES = 'complete-queues';
const CELLS = 'complete-cells';

/** Options of all commands whose values are none of the words that are completed. */
const WITH_VALUES = '--cell | --config | --database-url';

/** Adds the command `completion`, and the one its scripts call. */
export function addCompletionCommands(program: Command): void {
  program
    .command('completion')
    .description('Print a script that completes commands and queue names in a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
Example:
  pgtaskqueue completion bash > ~/.local/share/bash-completion/completions/pgtaskqueue
  pgtaskqueue completion zsh > ~/.zfunc/_pgtaskqueue       # a folder in fpath
  pgtaskqueue completion fish > ~/.config/fish/completions/pgtaskqueue.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(SHELLS[shell](choices(program)));
    });
  program
    .command(QUEUES, { hidden: true })
    .description('Print the names of all queues, or nothing when the database cannot be reached')
    .action(lazily(() => import('../actions/complete-names.ts'), 'completeQueues'));
  program
    .command(CELLS, { hidden: true })
    .description('Print the names of all cells')
    .action(lazily(() => import('../actions/complete-names.ts'), 'completeCells'));
}

/** What can follow a noun, or a noun and its verb. */
interface Choices {
  /** The words before: '', 'queues', 'queues pause'. */
  path: string;
  commands: { name: string; description: string }[];
  options: { name: string; description: string }[];
  /** The next word is the name of a queue. */
  takesQueue: boolean;
}

function choices(program: Command): Choices[] {
  const walk = (command: Command, path: string): Choices[] => {
    const shown = command.createHelp().visibleCommands(command);
    const verbs = shown.filter((sub) => command.commands.includes(sub));
    const options = [...command.options, ...(command === program ? [] : program.options)];
    return [
      {
        path,
        commands: shown.map((sub) => ({ name: sub.name(), description: sub.description() })),
        options: options.flatMap(({ long, description, hidden }) =>
          long && !hidden ? [{ name: long, description }] : [],
        ),
        takesQueue: command.registeredArguments[0]?.name() === 'queue' && command.name() !== 'create',
      },
      ...verbs.flatMap((sub) => walk(sub, path ? `${path} ${sub.name()}` : sub.name())),
    ];
  };
  return walk(program, '');
}

const words = ({ commands, options }: Choices) => [...commands, ...options].map(({ name }) => name).join(' ');

/**
 * The arms of a shell's `case` over the words typed so far. Arguments follow the words of a command, so the longest
 * path that fits is taken; right after it a queue can follow.
 */
function cases(all: Choices[], offer: (words: string) => string, queues: string): string {
  const longestFirst = [...all].sort((a, b) => b.path.length - a.path.length);
  return longestFirst
    .flatMap((one) => [
      ...(one.takesQueue ? [`    "${one.path}") ${offer(`${queues} ${words(one)}`)} ;;`] : []),
      `    ${one.path ? `"${one.path}"*` : '*'}) ${offer(words(one))} ;;`,
    ])
    .join('\n');
}

function bash(all: Choices[]): string {
  return `# completion of pgtaskqueue for bash
_pgtaskqueue_queues() {
  case "\${COMP_WORDS[COMP_CWORD]}" in -*) ;; *) pgtaskqueue "\${chosen[@]}" ${QUEUES} 2>/dev/null </dev/null ;; esac
}
_pgtaskqueue() {
  local word before="" typed="" offered=""
  local -a chosen=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$before" in
      ${WITH_VALUES}) chosen+=("$before" "$word") ;;
      *) case "$word" in -*) ;; *) typed="\${typed:+$typed }$word" ;; esac ;;
    esac
    before="$word"
  done
  case "$before $typed" in
    "--cell "*) offered="$(pgtaskqueue "\${chosen[@]}" ${CELLS} 2>/dev/null </dev/null)" ;;
    *) case "$typed" in
${cases(all, (offered) => `offered="${offered}"`, '$(_pgtaskqueue_queues)')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$offered" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _pgtaskqueue pgtaskqueue
`;
}

// zsh reads the file as the function itself when it is found in fpath, and as a script when it is sourced.
function zsh(all: Choices[]): string {
  return `#compdef pgtaskqueue
# completion of pgtaskqueue for zsh
_pgtaskqueue_queues() {
  case "\${words[CURRENT]}" in -*) ;; *) pgtaskqueue "\${chosen[@]}" ${QUEUES} 2>/dev/null </dev/null ;; esac
}
_pgtaskqueue() {
  local word before="" typed=""
  local -a offered chosen
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$before" in
      ${WITH_VALUES}) chosen+=("$before" "$word") ;;
      *) case "$word" in -*) ;; *) typed="\${typed:+$typed }$word" ;; esac ;;
    esac
    before="$word"
  done
  case "$before $typed" in
    "--cell "*) offered=($(pgtaskqueue "\${chosen[@]}" ${CELLS} 2>/dev/null </dev/null)) ;;
    *) case "$typed" in
${cases(all, (offered) => `offered=(${offered})`, '$(_pgtaskqueue_queues)')}
    esac ;;
  esac
  compadd -- $offered
}
if [[ "\${funcstack[1]}" == _pgtaskqueue ]]; then _pgtaskqueue; else compdef _pgtaskqueue pgtaskqueue; fi
`;
}

function fish(all: Choices[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = all.flatMap(({ path, commands, options, takesQueue }) => {
    const seen = path
      ? `__fish_seen_subcommand_from ${path.split(' ').join('; and __fish_seen_subcommand_from ')}`
      : '';
    const none =
      commands.length > 0 ? `not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}` : '';
    const when = [seen, none].filter(Boolean).join('; and ');
    return [
      ...commands.map(
        ({ name, description }) => `complete -c pgtaskqueue -f -n ${quoted(when)} -a ${name} -d ${quoted(description)}`,
      ),
      ...(takesQueue
        ? [`complete -c pgtaskqueue -f -n ${quoted(seen)} -a '(pgtaskqueue ${QUEUES} 2>/dev/null </dev/null)' -d queue`]
        : []),
      ...options.map(
        ({ name, description }) =>
          `complete -c pgtaskqueue -n ${quoted(seen)} -l ${name.slice(2)} -d ${quoted(description)}${
            name === '--cell' ? ` -x -a '(pgtaskqueue ${CELLS} 2>/dev/null </dev/null)'` : ''
          }`,
      ),
    ];
  });
  return `# completion of pgtaskqueue for fish\n${lines.join('\n')}\n`;
}
