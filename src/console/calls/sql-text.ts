// SQL as text, to be copied. Nothing here is ever run.

/** A literal of SQL, whatever standard_conforming_strings says. */
export function sqlLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
