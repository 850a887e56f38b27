// `pgtaskqueue completion SHELL`: a script that completes nouns, verbs and options, written from the commands themselves.

import { Argument, type Command } from 'commander';

const SHELLS = { bash, zsh, fish };
type Shell = keyof typeof SHELLS;

/** Adds the command `completion`. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands in a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
Example:
  pgtaskqueue completion bash > ~/.local/share/bash-completion/completions/pgtaskqueue
  pgtaskqueue completion zsh > ~/.zfunc/_pgtaskqueue       # a folder of fpath
  pgtaskqueue completion fish > ~/.config/fish/completions/pgtaskqueue.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(SHELLS[shell](choices(program)));
    });
}

/** What can follow a noun, or a noun and its verb. */
interface Choices {
  /** Words that stand before: '', 'queues', 'queues pause'. */
  path: string;
  commands: { name: string; description: string }[];
  options: { name: string; description: string }[];
}

function choices(program: Command): Choices[] {
  const walk = (command: Command, path: string): Choices[] => [
    {
      path,
      commands: command.commands.map((sub) => ({ name: sub.name(), description: sub.description() })),
      options: [...command.options, ...(command === program ? [] : program.options)].flatMap(({ long, description }) =>
        long ? [{ name: long, description }] : [],
      ),
    },
    ...command.commands.flatMap((sub) => walk(sub, path ? `${path} ${sub.name()}` : sub.name())),
  ];
  return walk(program, '');
}

const words = ({ commands, options }: Choices) => [...commands, ...options].map(({ name }) => name).join(' ');

/** Arguments follow the words of a command, so the longest path that fits is taken. */
function cases(all: Choices[], offer: (words: string) => string): string {
  const longestFirst = [...all].sort((a, b) => b.path.length - a.path.length);
  return longestFirst.map((one) => `    ${one.path ? `"${one.path}"*` : '*'}) ${offer(words(one))} ;;`).join('\n');
}

function bash(all: Choices[]): string {
  return `# completion of pgtaskqueue for bash
_pgtaskqueue() {
  local word typed="" offered=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) typed="\${typed:+$typed }$word" ;; esac
  done
  case "$typed" in
${cases(all, (offered) => `offered="${offered}"`)}
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
_pgtaskqueue() {
  local word typed=""
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) ;; *) typed="\${typed:+$typed }$word" ;; esac
  done
  case "$typed" in
${cases(all, (offered) => `offered=(${offered})`)}
  esac
  compadd -- $offered
}
if [[ "\${funcstack[1]}" == _pgtaskqueue ]]; then _pgtaskqueue; else compdef _pgtaskqueue pgtaskqueue; fi
`;
}

function fish(all: Choices[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = all.flatMap(({ path, commands, options }) => {
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
      ...options.map(
        ({ name, description }) =>
          `complete -c pgtaskqueue -n ${quoted(seen)} -l ${name.slice(2)} -d ${quoted(description)}`,
      ),
    ];
  });
  return `# completion of pgtaskqueue for fish\n${lines.join('\n')}\n`;
}
