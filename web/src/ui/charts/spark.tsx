import { type AmountText, positionOf } from '../../lib/amount.ts';
import { seriesColor } from '../../theme.ts';

const HEIGHT = 56;

/** A line without axes, for a card. The figures stand beside it as text. */
export function Spark({ values }: { values: readonly AmountText[] }) {
  const heights = values.map(positionOf);
  const max = Math.max(...heights) || 1;
  const last = heights.length - 1;
  const points = heights.map((value, at) => `${at},${1 - value / max}`).join(' ');
  const color = seriesColor(0);
  return (
    <svg className="spark" height={HEIGHT} viewBox={`0 0 ${last} 1`} preserveAspectRatio="none" aria-hidden>
      <polygon points={`0,1 ${points} ${last},1`} fill={color} fillOpacity={0.2} />
      <polyline points={points} stroke={color} />
    </svg>
  );
}
