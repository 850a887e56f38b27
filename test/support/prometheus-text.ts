// A strict parser of Prometheus's text format: what it accepts, Prometheus accepts.

export interface ParsedFamily {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;

/** @throws Error that names the line, for anything that is not allowed */
export function parsePrometheusText(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line must end with a newline');
  const families = new Map<string, ParsedFamily>();
  const seen = new Set<string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (families.has(name)) fail('described twice');
      families.set(name, { help: rest, type: '', samples: [] });
      current = name;
    } else if (kind === 'TYPE') {
      const family = families.get(name) ?? fail('TYPE without HELP');
      if (!['counter', 'gauge', 'histogram', 'summary'].includes(rest)) fail('unknown type');
      family.type = rest;
    } else {
      const sample = parseSample(line, fail);
      const family = families.get(current);
      if (!family || !belongs(sample.name, current, family.type)) return fail('a sample outside its family');
      const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(key)) fail('the same series twice');
      seen.add(key);
      family.samples.push(sample);
    }
  }
  return families;
}

function belongs(sample: string, family: string, type: string): boolean {
  if (sample === family) return type !== 'histogram';
  return (
    ['histogram', 'summary'].includes(type) && ['_bucket', '_sum', '_count'].some((end) => sample === family + end)
  );
}

function parseSample(line: string, fail: (why: string) => never) {
  const name = NAME.exec(line)?.[0] ?? fail('no name');
  const labels: Record<string, string> = {};
  let rest = line.slice(name.length);
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const [whole, label = '', value = ''] =
        /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)",?/.exec(rest) ?? fail('a bad label');
      if (label in labels) fail('a label twice');
      labels[label] = value.replace(/\\(["\\n])/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
      rest = rest.slice(whole.length);
    }
    rest = rest.slice(1);
  }
  // prom-client writes Nan, which Prometheus reads as NaN.
  const number = /^ (NaN|Nan|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(rest)?.[1] ?? fail('a bad value');
  return { name, labels, value: Number(number.replace('Inf', 'Infinity').replace('Nan', 'NaN')) };
}
