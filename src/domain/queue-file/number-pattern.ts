// Numeric ranges as regular expressions, because a JSON Schema cannot compare numbers within text.

/**
 * Returns a pattern for the numbers from 0 to a whole number, with leading zeros and a fraction, as in rates.
 *
 * @param max above 0
 * @example atMost(50)   // matches 0, 7, 49.9, 050, 50. and 50.0, but neither 50.1 nor 51
 */
export function atMost(max: number): string {
  const digits = String(max);
  const below = [...digits].flatMap((digit, at) =>
    digit === '0' ? [] : [`${digits.slice(0, at)}[0-${Number(digit) - 1}]${anyDigits(digits.length - at - 1)}`],
  );
  const shorter = digits.length > 1 ? [`[0-9]{1,${digits.length - 1}}`] : [];
  return `(?:0*(?:(?:${[...shorter, ...below].join('|')})(?:\\.[0-9]*)?|${digits}(?:\\.0*)?))`;
}

const anyDigits = (count: number) => (count === 0 ? '' : `[0-9]{${count}}`);
