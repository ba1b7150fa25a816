import { ColorSwatch, Group, Text } from '@mantine/core';

/** Color of the period before. */
export const COLOR_BEFORE = 'var(--mantine-color-dimmed)';

/** What a color stands for. */
export function Legend({ label, color }: { label: string; color: string }) {
  return (
    <Group gap={7} wrap="nowrap" miw={0}>
      <ColorSwatch size={10} color={color} withShadow={false} aria-hidden />
      <Text size="sm" truncate>
        {label}
      </Text>
    </Group>
  );
}
