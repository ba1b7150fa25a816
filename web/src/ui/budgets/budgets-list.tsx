import { Button, Card, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { IconGauge } from '@tabler/icons-react';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { budgets } from '../../api/budgets.ts';
import { me } from '../../api/queries.ts';
import { isAdmin, may } from '../pages.ts';
import { SidePanel } from '../side-panel.tsx';
import { Empty, ProblemAlert } from '../states.tsx';
import { BudgetCard } from './budget-card.tsx';
import { useBudgetName } from './budget-names.ts';
import { BoostForm, EditForm } from './change-forms.tsx';

interface BudgetsListProps {
  /** Somebody else's account, for admins. */
  userId?: string | undefined;
  /** How to get the first one. */
  action?: ReactNode;
}

/** The budgets of an account, each with its bar and what can be done with it. */
export function BudgetsList({ userId, action }: BudgetsListProps) {
  const t = useTranslations('budgets');
  const { data: viewer } = useSuspenseQuery(me());
  const query = useInfiniteQuery(budgets(userId));
  const nameOf = useBudgetName(userId);
  const [changing, setChanging] = useState<{ id: string; how: 'edit' | 'boost' }>();
  if (query.isPending) return <Skeleton h={200} data-loading />;
  const all = query.data?.pages.flatMap(({ items }) => items) ?? [];
  if (query.error && all.length === 0) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  if (all.length === 0)
    return (
      <Card>
        <Empty icon={<IconGauge aria-hidden />} title={t('none')} text={t('noneText')} action={action} />
      </Card>
    );
  const changed = all.find(({ id }) => id === changing?.id);
  const close = (): void => setChanging(undefined);
  const Form = changing?.how === 'boost' ? BoostForm : EditForm;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {all.map((budget) => (
          <BudgetCard
            key={budget.id}
            budget={budget}
            name={nameOf(budget)}
            isOwn={may(viewer, 'budgets:manage') && (isAdmin(viewer) || budget.set_by === 'user')}
            onEdit={() => setChanging({ id: budget.id, how: 'edit' })}
            onBoost={() => setChanging({ id: budget.id, how: 'boost' })}
          />
        ))}
      </SimpleGrid>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      <SidePanel
        isOpen={changed !== undefined}
        onClose={close}
        title={<Text fw={650}>{changed ? nameOf(changed) : ''}</Text>}
      >
        {changed && <Form key={changed.id} budget={changed} onDone={close} />}
      </SidePanel>
    </Stack>
  );
}
