/** One sample in Prometheus' format. */
export interface Sample {
  /** Name and labels as written. */
  series: string;
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Parses samples in Prometheus' text format; throws on an invalid line. */
export function samplesOf(text: string): Sample[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, series, name, labels = '', value] = /^(([a-z_:][\w:]*)(\{.*\})?) (\S+)$/i.exec(line) ?? [];
    if (series === undefined || name === undefined) throw new Error(`not a sample: ${line}`);
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]);
    return { series, name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
  });
}
