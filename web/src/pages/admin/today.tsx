import { SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { platformOverview, platformSeries } from '../../api/admin/platform.ts';
import { defined } from '../../lib/defined.ts';
import { useFormat } from '../../lib/format.ts';
import { oneOf } from '../../lib/search.ts';
import { SpendingChart } from '../../ui/account-usage-chart.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Attention } from './today/attention.tsx';
import { BrakedKeys } from './today/braked-keys.tsx';
import { Figures, WINDOWS } from './today/figures.tsx';
import { Health } from './today/health.tsx';

const route = getRouteApi('/shell/admin/');

/** The platform at a glance: what it earns, what needs somebody, and whether it is well. Each figure leads to its page. */
export function Today() {
  const t = useTranslations('admin.today');
  const format = useFormat();
  const { window: given } = route.useSearch();
  const window = oneOf(WINDOWS, given) ?? 'today';
  const navigate = route.useNavigate();
  const query = useQuery(platformOverview());
  return (
    <Page
      title={t('title')}
      subtitle={query.data ? t('subtitle', { time: format.minute(new Date(query.dataUpdatedAt)) }) : t('loading')}
      actions={
        <SegmentedControl
          aria-label={t('window')}
          data={WINDOWS.map((value) => ({ value, label: t(`windows.${value}`) }))}
          value={window}
          onChange={(value) =>
            void navigate({ search: defined({ window: value === 'today' ? undefined : value }), replace: true })
          }
        />
      }
    >
      <Loaded query={query} height={720}>
        {(overview) => (
          <Stack gap="lg">
            <Figures overview={overview} window={window} />
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <Attention overview={overview} />
              <Health overview={overview} />
            </SimpleGrid>
            <BrakedKeys />
            <SpendingChart load={platformSeries} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}
