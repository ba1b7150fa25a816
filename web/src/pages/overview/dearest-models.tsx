import { Card, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconArrowRight, IconBox } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { UsageSeriesView } from '../../api/schema.gen.ts';
import { usageSeries } from '../../api/usage.ts';
import { isZero, percentOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { keyOfGroup, nameOfGroup } from '../../lib/usage-series.ts';
import { seriesColor } from '../../theme.ts';
import { useRecentDays } from '../../ui/account-usage-chart.tsx';
import { Amount } from '../../ui/amount.tsx';
import { AnchorLink } from '../../ui/links.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { useGroupNames } from '../../ui/usage-labels.ts';

const DAYS = 30;
const SHOWN = 6;

/** The models that cost most in the last 30 days. Each leads to its calls. */
export function DearestModels() {
  const t = useTranslations('overview');
  const query = useQuery(usageSeries(useRecentDays(DAYS, 'model')));
  return (
    <Card>
      <Group justify="space-between" mb="md">
        <Title order={2}>{t('dearest')}</Title>
        <AnchorLink to="/usage" size="sm">
          {t('allUsage')} <IconArrowRight size={14} aria-hidden />
        </AnchorLink>
      </Group>
      <Loaded query={query} height={280}>
        {(view) => <Models view={view} />}
      </Loaded>
    </Card>
  );
}

function Models({ view }: { view: UsageSeriesView }) {
  const t = useTranslations('overview');
  const format = useFormat();
  const names = useGroupNames();
  const groups = view.groups.filter(({ total }) => !isZero(total.credits)).slice(0, SHOWN);
  const [dearest] = groups;
  if (!dearest) return <Empty icon={<IconBox aria-hidden />} title={t('noModels')} text={t('noModelsText')} />;
  return (
    <Stack gap="md">
      {groups.map((group, index) => (
        <div key={keyOfGroup(group)}>
          <Group justify="space-between" wrap="nowrap" gap="md" mb={4}>
            <AnchorLink
              to="/usage"
              search={{ group_by: 'model', group: keyOfGroup(group) }}
              size="sm"
              c="inherit"
              className="clip"
            >
              {nameOfGroup(group, names)}
            </AnchorLink>
            <Text size="sm" component="span">
              <Amount value={group.total.credits} />
            </Text>
          </Group>
          <Progress
            value={percentOf(group.total.credits, dearest.total.credits) ?? 0}
            color={seriesColor(index)}
            size={6}
            aria-hidden
          />
          <Text size="xs" c="dimmed" mt={2}>
            {t('share', {
              share: format.percent(percentOf(group.total.credits, view.total.credits) ?? 0),
              count: group.total.event_count,
            })}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
