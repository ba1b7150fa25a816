import { Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { MeView } from '../../api/schema.gen.ts';
import { type AmountText, isZero, percentOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';

type Limit = MeView['limits'][number];

const NEARLY_PERCENT = 80;

/** How much of the limits is used: of credits and of calls, the plan's limit or budget that is reached first. */
export function Limits({ of }: { of: readonly Limit[] }) {
  const shown = (['credits', 'calls'] as const).flatMap((unit) => nearest(of.filter((limit) => limit.unit === unit)));
  return (
    <Stack gap="xs">
      {shown.map((limit) => (
        <LimitBar key={limit.budget_id ?? limit.limit_source} limit={limit} />
      ))}
    </Stack>
  );
}

/** @returns the limit of which most is used; a limit of zero means that nothing is included, which needs no bar */
function nearest(limits: readonly Limit[]): Limit[] {
  return limits
    .filter(({ limit }) => !isZero(limit as AmountText))
    .toSorted((one, two) => usedPercent(two) - usedPercent(one))
    .slice(0, 1);
}

const usedPercent = ({ used, limit }: Limit): number => percentOf(used as AmountText, limit as AmountText) ?? 0;

function LimitBar({ limit }: { limit: Limit }) {
  const t = useTranslations('overview');
  const format = useFormat();
  const { limit_source, unit } = limit;
  const percent = usedPercent(limit);
  const written = (value: string): string =>
    unit === 'credits' ? format.cents(value as AmountText) : format.exact(value as AmountText, 0);
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" mb={3}>
        <Text size="xs" c="dimmed">
          {t(`limit.${limit_source}`)}
        </Text>
        <Text size="xs" fw={600} className="numbers">
          {t('usedOf', { used: written(limit.used), limit: written(limit.limit) })}
        </Text>
      </Group>
      <Progress size={6} value={percent} color={percent >= NEARLY_PERCENT ? 'orange' : 'brand'} aria-hidden />
    </div>
  );
}
