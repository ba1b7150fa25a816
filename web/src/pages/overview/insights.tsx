import { Card, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowRight,
  IconBulb,
  IconCalendarStats,
  IconCoin,
  IconTrendingUp,
  type TablerIcon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { InsightView } from '../../api/schema.gen.ts';
import { insights } from '../../api/usage.ts';
import { useFormat } from '../../lib/format.ts';
import { AnchorLink } from '../../ui/links.tsx';
import { useSaid } from '../../ui/said.ts';
import { Empty, Loaded } from '../../ui/states.tsx';

const ICONS: Record<InsightView['type'], TablerIcon> = {
  pattern: IconCalendarStats,
  optimization: IconBulb,
  warning: IconAlertTriangle,
  trend: IconTrendingUp,
  cost: IconCoin,
};

/** Where a next step is taken. */
const PLACES = {
  buy_credits: { to: '/billing' },
  change_plan: { to: '/billing' },
  set_up_topup: { to: '/billing' },
  view_models: { to: '/models' },
  view_usage: { to: '/usage' },
  view_failed_events: { to: '/usage', search: { status: 'failed' } },
} as const satisfies Record<NonNullable<InsightView['next_step']>, object>;

/** What the service noticed about the usage, most important first, each with what to do about it. */
export function Insights() {
  const t = useTranslations('overview');
  const { time_zone } = useFormat();
  const query = useQuery(insights(time_zone));
  return (
    <Card>
      <Title order={2} mb="md">
        {t('insights')}
      </Title>
      <Loaded query={query} height={280}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={<IconBulb aria-hidden />} title={t('noInsights')} text={t('noInsightsText')} />
          ) : (
            <Stack gap="lg">
              {all.map((insight) => (
                <Insight key={insight.kind} insight={insight} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Card>
  );
}

function Insight({ insight }: { insight: InsightView }) {
  const t = useTranslations('overview');
  const said = useSaid();
  const { kind, basis, type, priority, next_step } = insight;
  const sayOf = (part: 'title' | 'message' | 'suggestion'): string =>
    said(`insight.${kind}.${part}`, basis, insight[part]);
  const Icon = ICONS[type];
  return (
    <Group wrap="nowrap" align="start" gap="md">
      <ThemeIcon variant="light" size={36} radius="md" color={priority === 'high' ? 'red' : 'brand'} aria-hidden>
        <Icon size={18} />
      </ThemeIcon>
      <Stack gap={2} align="start">
        <Text size="sm" fw={600}>
          {sayOf('title')}
        </Text>
        <Text size="sm" c="dimmed">
          {sayOf('message')} {sayOf('suggestion')}
        </Text>
        {next_step !== null && (
          <AnchorLink {...PLACES[next_step]} size="sm" fw={500}>
            {t(`step.${next_step}`)} <IconArrowRight size={14} aria-hidden />
          </AnchorLink>
        )}
      </Stack>
    </Group>
  );
}
