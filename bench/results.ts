import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { MARKS, type Measured, ROUND, type Round, START } from './plan.ts';

/** The middle of some measurements, and the least and greatest. */
export interface Middle {
  median: number;
  min: number;
  max: number;
}

export function middle(values: readonly number[]): Middle {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? NaN;
  const half = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2, min: at(0), max: at(sorted.length - 1) };
}

/** Everything that a run found out. */
export interface Results {
  facts: string[];
  rounds: Round[];
  starts_s: number[];
}

/** The tables of a run, as Markdown. */
export function tables({ facts, rounds, starts_s }: Results): string {
  return [
    ...facts.map((fact) => `- ${fact}`),
    '',
    '| mark | value | spread | gate | goal | |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...MARKS.map(({ name, of, by, gate, goal }) => {
      const value = middle(rounds.map((round) => rate(round, of) / rate(round, by)));
      return markRow(name, value, gate, goal, rounded(value.median) >= gate, rounded(value.median) >= goal);
    }),
    startRow(middle(starts_s)),
    '',
    '| what | 1/s | spread | × baseline | p50 ms | p99 ms |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...[...new Map(ROUND.map((slot) => [slot.id, slot.name]))].map(([id, name]) => rateRow(id, name, rounds)),
  ].join('\n');
}

function startRow(value: Middle): string {
  const { name, gate, goal } = START;
  return markRow(name, value, gate, goal, rounded(value.median) <= gate, rounded(value.median) <= goal);
}

function markRow(name: string, value: Middle, gate: number, goal: number, passes: boolean, excels: boolean): string {
  const verdict = excels ? 'goal reached' : passes ? 'gate reached' : '**missed**';
  return `| ${name} | ${ratio(value.median)} | ${ratio(value.min)} to ${ratio(value.max)} | ${gate} | ${goal} | ${verdict} |`;
}

function rateRow(id: string, name: string, rounds: readonly Round[]): string {
  const value = middle(rounds.map((round) => rate(round, id)));
  const byBaseline = middle(rounds.map((round) => rate(round, id) / rate(round, 'baseline'))).median;
  const latency = (column: 'p50_ms' | 'p99_ms'): string => {
    const known = rounds.flatMap((round) => measured(round, id).flatMap((one) => one[column] ?? []));
    return known.length > 0 ? middle(known).median.toFixed(2) : '';
  };
  const spread = `${Math.round(value.min)} to ${Math.round(value.max)}`;
  return `| ${name} | ${Math.round(value.median)} | ${spread} | ${ratio(byBaseline)} | ${latency('p50_ms')} | ${latency('p99_ms')} |`;
}

const ratio = (value: number): string => value.toFixed(2);

/** As it is printed: what reads like a mark reached is one. */
const rounded = (value: number): number => Number(ratio(value));

const measured = (round: Round, id: string): Measured[] => round.get(id) ?? [];

/** Mean of what a round measured of a slot: of the baseline, before and after. */
function rate(round: Round, id: string): number {
  const all = measured(round, id);
  return all.reduce((sum, { per_s }) => sum + per_s, 0) / all.length;
}

/** Puts the tables into the document, in place of the last ones that the same command made. */
export async function writeDocument(file: string, command: string, text: string): Promise<void> {
  const [start, end] = [`<!-- measured: ${command} -->`, `<!-- end: ${command} -->`];
  const section = `${start}\n\n## \`${command}\`\n\n${text}\n\n${end}`;
  const found = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n';
  const [from, to] = [found.indexOf(start), found.indexOf(end)];
  const written =
    from === -1 || to === -1
      ? `${found.trimEnd()}\n\n${section}\n`
      : found.slice(0, from) + section + found.slice(to + end.length);
  writeFileSync(file, await format(written, { ...(await resolveConfig(file)), parser: 'markdown' }));
}
