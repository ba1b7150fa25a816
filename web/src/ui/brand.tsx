import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dashboardConfig } from '../auth/config.ts';

const DEFAULT_LOGO = '/app/favicon.svg';

/** The operator's logo and name. */
export function Brand() {
  const { data: config } = useQuery(dashboardConfig());
  return (
    <Group gap="sm" wrap="nowrap">
      <img src={config?.brand.logo_url ?? DEFAULT_LOGO} width={28} height={28} alt="" />
      <Text fw={700} size="lg" truncate>
        {config?.brand.name ?? ''}
      </Text>
    </Group>
  );
}
