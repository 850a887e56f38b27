// The reference of the commands as Markdown, generated from their definitions.

import type { Command } from 'commander';

/** The text of docs/reference/cli.md: all commands at a glance, and each with its arguments, options and example. */
export function cliReference(program: Command): string {
  const nouns = shown(program);
  const commands = nouns.flatMap((noun) => (noun.commands.length > 0 ? shown(noun) : [noun]));
  return `# The command line

${program.description()}

${overview(nouns)}

Every command has these options:

${options(program)}

${notes(program)}

${commands.map(section).join('\n\n')}
`;
}

/** Without hidden commands and commander's own `help`. */
function shown(command: Command): Command[] {
  const visible = command.createHelp().visibleCommands(command);
  return command.commands.filter((sub) => visible.includes(sub));
}

/** A row for each command, or noun with its verbs. */
function overview(nouns: readonly Command[]): string {
  const rows = nouns.map((command) => {
    const verbs = command.commands.map((verb) => verb.name()).join(' / ');
    return `| \`pgtaskqueue ${command.name()}${verbs && ` ${verbs}`}\` | ${command.description()} |`;
  });
  return ['| command | does |', '|---|---|', ...rows].join('\n');
}

/** The end of the program's help. */
function notes(program: Command): string {
  const help = helpOf(program);
  return help.slice(help.indexOf('Without --database-url')).trim();
}

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

function section(command: Command): string {
  const path = [command.parent, command].filter((one) => one?.parent).map((one) => one?.name());
  const usage = [
    'pgtaskqueue',
    ...path,
    ...command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)),
  ];
  return [
    `## ${path.join(' ')}`,
    sentence(command.description()),
    fenced(usage.join(' ')),
    options(command),
    examples(command, usage.join(' ')),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function options(command: Command): string {
  const rows = command.options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description, defaultValue, defaultValueDescription, mandatory }) => {
      const more = mandatory
        ? ' (required)'
        : defaultValue === undefined || typeof defaultValue === 'boolean'
          ? ''
          : ` (default: ${defaultValueDescription ?? JSON.stringify(defaultValue)})`;
      return `| \`${flags.replaceAll('|', '\\|')}\` | ${description}${more} |`;
    });
  return rows.length > 0 ? ['| option | does |', '|---|---|', ...rows].join('\n') : '';
}

/** The examples in the help of a command, unless they repeat its usage. */
function examples(command: Command, usage: string): string {
  const [, lines = ''] = /\nExamples?:\n([\s\S]*?)\s*(?:\n\n|$)/.exec(helpOf(command)) ?? [];
  const shown = lines.replace(/^ {2}/gm, '');
  return shown === '' || shown === usage ? '' : fenced(shown);
}

const fenced = (text: string) => `\`\`\`sh\n${text}\n\`\`\``;

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
