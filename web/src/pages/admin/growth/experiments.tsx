import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { experiment, experiments } from '../../../api/admin/growth.ts';
import { api } from '../../../api/client.ts';
import type { ArmResultView, ExperimentResultView, ExperimentView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { IntervalBar } from './interval-bar.tsx';

/** The experiments with their arms. */
export function Experiments() {
  const t = useTranslations('admin.growth');
  const query = useQuery(experiments());
  return (
    <Loaded query={query} height={200}>
      {(all) =>
        all.length === 0 ? (
          <Card>
            <Title order={2}>{t('experiments')}</Title>
            <Empty title={t('noExperiments')} text={t('noExperimentsText')} />
          </Card>
        ) : (
          all.map((one) => <Experiment key={one.key} experiment={one} />)
        )
      }
    </Loaded>
  );
}

function Experiment({ experiment: { key, state, metric, from, to } }: { experiment: ExperimentView }) {
  const t = useTranslations('admin.growth');
  const format = useFormat();
  const query = useQuery(experiment(key));
  return (
    <Card component="section">
      <Stack gap="sm">
        <Group justify="space-between" align="start">
          <div>
            <Group gap="sm">
              <Title order={2}>{key}</Title>
              <Badge variant="light">{t(`states.${state}`)}</Badge>
            </Group>
            <Text size="sm" c="dimmed">
              {t('span', { metric: t(`metrics.${metric}`), from: format.minute(from), to: format.minute(to) })}
            </Text>
          </div>
          {(state === 'running' || state === 'planned') && (
            <ConfirmedAction
              label={t('stop')}
              question={t('stopQuestion', { key })}
              done={t('stopped')}
              isDangerous
              button={{ size: 'compact-sm' }}
              action={() => api.POST('/api/v1/admin/experiments/{key}/stop', { params: { path: { key } } })}
            />
          )}
        </Group>
        <Loaded query={query} height={120}>
          {(result) => <Result experiment={result} />}
        </Loaded>
      </Stack>
    </Card>
  );
}

function Result({
  experiment: { key, metric, results, winner, reason, have, need },
}: {
  experiment: ExperimentResultView;
}) {
  const t = useTranslations('admin.growth');
  const format = useFormat();
  const written = (value: number) => (metric === 'revenue' ? format.dollars(value) : format.percent(value));
  const differences = results.flatMap(({ difference }) => (difference ? [difference] : []));
  const reach = Math.max(1, ...differences.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const count = (id: 'accounts' | 'compared' | 'activated' | 'converted' | 'suspected'): Column<ArmResultView> => ({
    id,
    header: t(id),
    isNumber: true,
    cell: (arm) => format.count(arm[id]),
  });
  const columns: Column<ArmResultView>[] = [
    { id: 'name', header: t('arm'), cell: ({ name }) => name },
    count('accounts'),
    count('compared'),
    count('activated'),
    count('converted'),
    count('suspected'),
    { id: 'revenue', header: t('revenue'), isNumber: true, cell: ({ revenue }) => format.money(revenue, 'usd') },
    { id: 'given', header: t('given'), isNumber: true, cell: ({ credits_given }) => format.exact(credits_given) },
    {
      id: 'difference',
      header: t('difference'),
      cell: ({ difference }) =>
        difference && (
          <IntervalBar
            {...difference}
            reach={reach}
            label={t('interval', {
              value: written(difference.value),
              low: written(difference.low),
              high: written(difference.high),
            })}
          />
        ),
    },
  ];
  const sentence =
    winner !== null
      ? t('winner', { arm: winner })
      : reason === 'no_difference'
        ? t('noDifference')
        : t('tooEarly', { have: format.count(have), need: format.count(need) });
  return (
    <>
      <Text fw={600}>{sentence}</Text>
      <SmallTable label={key} rows={results} columns={columns} rowId={({ name }) => name} empty="" />
    </>
  );
}
