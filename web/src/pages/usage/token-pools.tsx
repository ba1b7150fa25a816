import { Card, ColorSwatch, Group, Progress, Table, Text, Title } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { UsageSeriesView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { TOKEN_POOLS } from '../../lib/usage-series.ts';
import { seriesColor } from '../../theme.ts';
import { useWords } from '../../ui/words.ts';

/** The tokens of the range by kind. */
export function TokenPools({ view: { total } }: { view: UsageSeriesView }) {
  const t = useTranslations('usage');
  const format = useFormat();
  const poolName = useWords('measure');
  const pools = TOKEN_POOLS.filter((pool) => total[pool] > 0);
  const whole = pools.reduce((sum, pool) => sum + total[pool], 0);
  const shareOf = (count: number): number => (100 * count) / whole;
  return (
    <Card h="100%">
      <Title order={2} mb="md">
        {t('pools')}
      </Title>
      {pools.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('noInput')}
        </Text>
      ) : (
        <>
          <Progress.Root size={18} radius="sm" aria-hidden>
            {pools.map((pool, index) => (
              <Progress.Section
                key={pool}
                value={shareOf(total[pool])}
                color={seriesColor(index)}
                withAria={false}
                className="bar-part"
              />
            ))}
          </Progress.Root>
          <Table mt="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('pool')}</Table.Th>
                <Table.Th ta="end">{t('chart.tokens')}</Table.Th>
                <Table.Th ta="end">{t('share')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pools.map((pool, index) => (
                <Table.Tr key={pool}>
                  <Table.Td>
                    <Group gap={8} wrap="nowrap">
                      <ColorSwatch size={10} color={seriesColor(index)} withShadow={false} aria-hidden />
                      {poolName(pool)}
                    </Group>
                  </Table.Td>
                  <Table.Td ta="end" className="numbers">
                    {format.count(total[pool])}
                  </Table.Td>
                  <Table.Td ta="end" className="numbers">
                    {format.percent(shareOf(total[pool]))}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Card>
  );
}
