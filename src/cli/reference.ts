// The reference of the commands as Markdown, written from the commands themselves.

import type { Command } from 'commander';

/** Every command with its arguments, options and example: the text of docs/reference/cli.md. */
export function cliReference(program: Command): string {
  const commands = program.commands.flatMap((noun) => (noun.commands.length > 0 ? noun.commands : [noun]));
  return `# The command line

${program.description()}

Every command knows these options:

${options(program)}

${commands.map(section).join('\n\n')}
`;
}

/** The table of the README: a row a noun with its verbs, or a command. */
export function commandsTable(program: Command): string {
  const rows = program.commands.map((command) => {
    const verbs = command.commands.map((verb) => verb.name()).join(' / ');
    return `| \`pgtaskqueue ${command.name()}${verbs && ` ${verbs}`}\` | ${command.description()} |`;
  });
  return ['| command | does |', '|---|---|', ...rows].join('\n');
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
    `\`\`\`sh\n${usage.join(' ')}\n\`\`\``,
    options(command),
    examples(command),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function options(command: Command): string {
  const rows = command.options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description, defaultValue, mandatory }) => {
      const more = mandatory
        ? ' (required)'
        : defaultValue === undefined
          ? ''
          : ` (default ${JSON.stringify(defaultValue)})`;
      return `| \`${flags.replaceAll('|', '\\|')}\` | ${description}${more} |`;
    });
  return rows.length > 0 ? ['| option | does |', '|---|---|', ...rows].join('\n') : '';
}

/** What the help says after the options. */
function examples(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const [, lines] = /\nExamples?:\n([\s\S]*?)\s*$/.exec(help) ?? [];
  return lines === undefined ? '' : `\`\`\`sh\n${lines.replace(/^ {2}/gm, '')}\n\`\`\``;
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
