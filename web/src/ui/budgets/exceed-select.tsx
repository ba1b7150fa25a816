import { Select } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { BudgetView } from '../../api/schema.gen.ts';

type Action = BudgetView['on_exceed'];

const ACTIONS = ['block', 'warn'] as const satisfies readonly Action[];

interface ExceedSelectProps {
  value?: Action;
  onChange?: (value: Action | null) => void;
}

/** What happens to work beyond the limit. */
export function ExceedSelect(props: ExceedSelectProps) {
  const t = useTranslations('budgets');
  return (
    <Select
      label={t('onExceed')}
      allowDeselect={false}
      data={ACTIONS.map((value) => ({ value, label: t(`actions.${value}`) }))}
      {...props}
    />
  );
}
