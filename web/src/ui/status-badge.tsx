import { Badge } from '@mantine/core';

export type Tone = 'good' | 'bad' | 'waiting' | 'neutral';

const COLORS = { good: 'teal', bad: 'red', waiting: 'orange', neutral: 'gray' } as const;

/** A state in a word; the color only repeats it. */
export function StatusBadge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <Badge variant="light" color={COLORS[tone]} tt="none" miw="max-content">
      {children}
    </Badge>
  );
}
