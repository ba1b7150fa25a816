import { Badge, Button, Card, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { removeBudget } from '../../api/budgets.ts';
import type { BudgetView } from '../../api/schema.gen.ts';
import { amountOf, isZero, percentOf, unitsOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { ConfirmedAction } from '../action.tsx';
import { useBudgetAmount } from './budget-names.ts';

const NEARLY_PERCENT = 80;

interface BudgetCardProps {
  budget: BudgetView;
  name: string;
  /** Whether the viewer may change it: what an admin set, only admins change. */
  isOwn: boolean;
  onEdit: () => void;
  onBoost: () => void;
}

/** A budget as a bar: what is used, what work in progress holds, what is left, and when it begins anew. */
export function BudgetCard({ budget, name, isOwn, onEdit, onBoost }: BudgetCardProps) {
  const t = useTranslations('budgets');
  return (
    <Card>
      <Stack gap="xs" h="100%">
        <Group justify="space-between" align="start" wrap="nowrap">
          <div>
            <Title order={2} className="wrap">
              {name}
            </Title>
            <Text size="sm" c="dimmed">
              {t(`per.${budget.window}`)}
            </Text>
          </div>
          <Badges budget={budget} />
        </Group>
        <Use budget={budget} />
        <Notes budget={budget} />
        {isOwn && (
          <Group gap="xs" className="bottom" pt="xs">
            <Button size="xs" variant="default" onClick={onEdit} aria-label={`${t('edit')}: ${name}`}>
              {t('edit')}
            </Button>
            <Button size="xs" variant="default" onClick={onBoost} aria-label={`${t('boost')}: ${name}`}>
              {t('boost')}
            </Button>
            <ConfirmedAction
              label={t('remove')}
              question={t('removeQuestion')}
              action={() => removeBudget(budget.id)}
              done={t('removeDone')}
              isDangerous
              button={{ size: 'xs' }}
            />
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function Badges({ budget: { is_active, on_exceed, set_by } }: { budget: BudgetView }) {
  const t = useTranslations('budgets');
  return (
    <Group gap={6} justify="end">
      {!is_active && (
        <Badge variant="light" color="gray" tt="none">
          {t('off')}
        </Badge>
      )}
      {on_exceed === 'warn' && (
        <Badge variant="light" color="orange" tt="none">
          {t('warns')}
        </Badge>
      )}
      {set_by === 'admin' && (
        <Badge variant="light" color="blue" tt="none">
          {t('byAdmin')}
        </Badge>
      )}
    </Group>
  );
}

function Use({ budget }: { budget: BudgetView }) {
  const t = useTranslations('budgets');
  const format = useFormat();
  const written = useBudgetAmount();
  const { used, held, boost, limit, unit } = budget;
  const whole = amountOf(unitsOf(limit) + unitsOf(boost));
  const [usedPercent, heldPercent] = [percentOf(used, whole) ?? 100, percentOf(held, whole) ?? 0];
  const filled = Math.min(100, usedPercent);
  return (
    <>
      <Group justify="space-between" align="baseline">
        <Text fw={600} className="numbers">
          {t('usedOf', { used: written(budget, used), limit: written(budget, whole), unit: t(`units.${unit}`) })}
        </Text>
        <Text size="sm" c="dimmed" className="numbers">
          {t('left', { amount: written(budget, budget.headroom) })}
        </Text>
      </Group>
      <Progress.Root size={10} aria-label={t('bar', { percent: format.percent(usedPercent) })} role="img">
        <Progress.Section
          value={filled}
          color={usedPercent >= 100 ? 'red' : usedPercent >= NEARLY_PERCENT ? 'orange' : 'brand'}
          withAria={false}
        />
        <Progress.Section
          value={Math.min(100 - filled, heldPercent)}
          color="gray.5"
          withAria={false}
          className="bar-part"
        />
      </Progress.Root>
    </>
  );
}

/** What else is to be said of it, each in a line. */
function Notes({ budget }: { budget: BudgetView }) {
  const t = useTranslations('budgets');
  const format = useFormat();
  const written = useBudgetAmount();
  const { held, boost, boosted_until, overrun, runs_out_at, resets_at, window } = budget;
  const isRolling = window.startsWith('rolling');
  const lines = [
    !isZero(held) && t('held', { amount: written(budget, held) }),
    boosted_until !== null && t('boosted', { amount: written(budget, boost), time: format.minute(boosted_until) }),
    !isZero(overrun) && t('overrun', { amount: written(budget, overrun) }),
    runs_out_at !== null && t('runsOut', { time: format.relative(runs_out_at) }),
    !isRolling && t('resets', { time: format.minute(resets_at) }),
  ];
  return (
    <div>
      {lines
        .filter((line) => line !== false)
        .map((line) => (
          <Text key={line} size="sm" c="dimmed">
            {line}
          </Text>
        ))}
    </div>
  );
}
