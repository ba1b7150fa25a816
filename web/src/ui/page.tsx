import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { dashboardConfig } from '../auth/config.ts';

interface PageProps {
  title: string;
  subtitle?: ReactNode;
  /** Buttons at the end of the heading. */
  actions?: ReactNode;
  /** Wide pages hold tables. */
  isWide?: boolean;
  children: ReactNode;
}

/** The frame of every page: heading, actions, content. */
export function Page({ title, subtitle, actions, isWide = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${dashboardConfig.brand.name}`;
  }, [title]);
  return (
    <Stack gap="lg" maw={isWide ? 1440 : 1160} mx="auto">
      <Group justify="space-between" align="end">
        <div>
          <Title order={1}>{title}</Title>
          {subtitle && (
            <Text c="dimmed" size="sm" role="status">
              {subtitle}
            </Text>
          )}
        </div>
        {actions && <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
