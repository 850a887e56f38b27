// Words of commands that people copy into a shell.

/** A word of a POSIX shell: in single quotes nothing is special but they themselves. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
