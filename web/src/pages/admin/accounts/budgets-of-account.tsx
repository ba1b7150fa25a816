import { Group, Stack } from '@mantine/core';
import { BudgetsList } from '../../../ui/budgets/budgets-list.tsx';
import { CreateBudget } from '../../../ui/budgets/create-budget.tsx';

/** The budgets of an account. What an administrator sets, its owner cannot raise. */
export function BudgetsOfAccount({ userId }: { userId: string }) {
  return (
    <Stack>
      <Group justify="end">
        <CreateBudget userId={userId} />
      </Group>
      <BudgetsList userId={userId} />
    </Stack>
  );
}
