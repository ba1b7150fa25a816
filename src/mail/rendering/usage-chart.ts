import type { Format } from '../notices/format.js';
import type { MonthFacts } from '../notices/kinds.js';
import { FONT_FAMILY } from './pictures.js';

const [WIDTH, HEIGHT] = [536, 210];
const PLOT = { left: 16, right: 16, top: 38, bottom: 34 };
const GAP = 0.28;
const [GROUND, LINES, LABELS] = ['#f7f8fb', '#dde1ea', '#5a6478'];

/** Returns the chart of a month as SVG: a bar for each day, in the accent colour, on a light ground. */
export function usageChart({ month, days }: Pick<MonthFacts, 'month' | 'days'>, f: Format, accent: string): string {
  const heights = days.map(Number); // positions only; labels are written from the text
  const highest = Math.max(...heights, 0);
  const [inner, high] = [WIDTH - PLOT.left - PLOT.right, HEIGHT - PLOT.top - PLOT.bottom];
  const step = inner / Math.max(days.length, 1);
  const base = PLOT.top + high;
  const bars = heights.map((value, n) => {
    const height = highest === 0 ? 0 : Math.max((value / highest) * high, value > 0 ? 1.5 : 0);
    const x = PLOT.left + n * step + (step * GAP) / 2;
    return `<rect x="${at(x)}" y="${at(base - height)}" width="${at(step * (1 - GAP))}" height="${at(height)}" rx="1.5" fill="${accent}"/>`;
  });
  const peak = days[heights.indexOf(highest)] ?? '0';
  const line = (y: number): string =>
    `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y}" y2="${y}" stroke="${LINES}"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="10" fill="${GROUND}"/>`,
    line(PLOT.top),
    line(base),
    text(PLOT.left, PLOT.top - 12, 'start', f.amount(peak)),
    ...bars,
    ...labelledDays(days.length).map((n) =>
      text(PLOT.left + (n - 0.5) * step, base + 22, 'middle', f.day(`${month}-${String(n).padStart(2, '0')}`)),
    ),
    '</svg>',
  ].join('');
}

/** The days that are named. */
const labelledDays = (days: number): number[] => [3, 9, 15, 21, 27].filter((n) => n <= days);

const at = (position: number): string => position.toFixed(2);

const text = (x: number, y: number, anchor: string, words: string): string =>
  `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" font-family="${FONT_FAMILY}" font-size="12" fill="${LABELS}">${escaped(words)}</text>`;

const escaped = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
