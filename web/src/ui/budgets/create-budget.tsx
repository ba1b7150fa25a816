import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { SidePanel } from '../side-panel.tsx';
import { BudgetForm } from './budget-form.tsx';

/** A button with the form of a new budget beside the page. @param userId somebody else's account, for admins */
export function CreateBudget({ userId }: { userId?: string | undefined }) {
  const t = useTranslations('budgets');
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
        {t('create')}
      </Button>
      <SidePanel size="lg" isOpen={isOpen} onClose={close} title={<Text fw={650}>{t('create')}</Text>}>
        <BudgetForm userId={userId} onDone={close} />
      </SidePanel>
    </>
  );
}
