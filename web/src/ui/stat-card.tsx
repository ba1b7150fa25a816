import { Card, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface StatCardProps {
  label: string;
  /** The figure; a skeleton while it is undefined. */
  value: ReactNode | undefined;
  badge?: ReactNode;
  /** A sentence or small figures below. */
  detail?: ReactNode;
  children?: ReactNode;
}

/** One figure with its label. */
export function StatCard({ label, value, badge, detail, children }: StatCardProps) {
  return (
    <Card h="100%">
      <Stack gap={6} h="100%">
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" c="dimmed" fw={500}>
            {label}
          </Text>
          {badge}
        </Group>
        {value === undefined ? <Skeleton h={34} w="60%" /> : <div className="stat">{value}</div>}
        {detail && (
          <Text size="sm" c="dimmed" component="div">
            {detail}
          </Text>
        )}
        {children}
      </Stack>
    </Card>
  );
}
