import { Text } from '@mantine/core';

const [WIDTH, HEIGHT] = [200, 20];

interface IntervalBarProps {
  value: number;
  low: number;
  high: number;
  /** Value at the ends of the axis; zero is in the middle. */
  reach: number;
  label: string;
}

/** A difference with its confidence interval, around a line that stands for no difference. */
export function IntervalBar({ value, low, high, reach, label }: IntervalBarProps) {
  const x = (at: number) => (WIDTH / 2) * (1 + (0.95 * at) / reach);
  return (
    <>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
        <line x1={x(0)} x2={x(0)} y1={0} y2={HEIGHT} stroke="currentColor" strokeOpacity={0.4} />
        <line x1={x(low)} x2={x(high)} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="currentColor" strokeWidth={2} />
        <circle cx={x(value)} cy={HEIGHT / 2} r={4} fill="currentColor" />
      </svg>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </>
  );
}
