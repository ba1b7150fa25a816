import type { ForecastPoint } from '../../lib/forecast.ts';
import { seriesColor } from '../../theme.ts';
import { Plot, type Scale } from './plot.tsx';

const HEIGHT = 120;
const TICKS = 2;

interface ForecastProps {
  points: readonly ForecastPoint[];
  formatTime: (start: string) => string;
}

/** Credits left over the days to come, with the band in which they probably lie. The figures stand beside it as text. */
export function Forecast({ points, formatTime }: ForecastProps) {
  const color = seriesColor(0);
  return (
    <Plot
      height={HEIGHT}
      max={Math.max(...points.map(({ band: [, high] }) => high))}
      ticks={TICKS}
      labels={points.map(({ start }) => formatTime(start))}
      draw={(scale) => (
        <>
          <polygon
            points={[...lineOf(points, 1, scale), ...lineOf(points, 0, scale).toReversed()].join(' ')}
            fill={color}
            fillOpacity={0.2}
          />
          <polyline
            className="forecast-line"
            points={points.map(({ likely }, at) => `${scale.x(at)},${scale.y(likely)}`).join(' ')}
            stroke={color}
          />
        </>
      )}
    />
  );
}

/** @returns one end of the band */
const lineOf = (points: readonly ForecastPoint[], end: 0 | 1, { x, y }: Scale): string[] =>
  points.map(({ band }, at) => `${x(at)},${y(band[end])}`);
