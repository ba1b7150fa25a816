import { Group, Text } from '@mantine/core';
import { dashboardConfig } from '../auth/config.ts';

const DEFAULT_LOGO = '/app/favicon.svg';

/** The operator's logo and name. */
export function Brand() {
  return (
    <Group gap="sm" wrap="nowrap">
      <img src={dashboardConfig.brand.logo_url ?? DEFAULT_LOGO} width={28} height={28} alt="" />
      <Text fw={700} size="lg" truncate>
        {dashboardConfig.brand.name}
      </Text>
    </Group>
  );
}
