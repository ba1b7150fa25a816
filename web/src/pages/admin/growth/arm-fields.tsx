import { Button, Card, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { WELCOME_STEPS } from '../../../api/welcome-steps.ts';
import { AmountInput, CountInput } from '../../../ui/fields.tsx';
import { type ArmDraft, GIFTS, newStep } from './arms.ts';

interface ArmFieldsProps {
  form: Pick<UseFormReturnType<{ arms: ArmDraft[] }>, 'getInputProps' | 'insertListItem' | 'removeListItem'>;
  arm: ArmDraft;
  at: number;
  isRemovable: boolean;
}

/** The fields of an arm. */
export function ArmFields({ form, arm, at, isRemovable }: ArmFieldsProps) {
  const t = useTranslations('admin.growth.form');
  const field = (name: keyof ArmDraft) => form.getInputProps(`arms.${at}.${name}`);
  return (
    <Card component="fieldset" padding="sm" withBorder>
      <Text component="legend" size="sm" fw={600}>
        {t(at === 0 ? 'firstArm' : 'arm', { number: at + 1 })}
      </Text>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t('name')} required autoComplete="off" {...field('name')} />
          <CountInput label={t('weight')} required {...field('weight')} />
          <Select
            label={t('gift')}
            allowDeselect={false}
            data={GIFTS.map((value) => ({ value, label: t(`gifts.${value}`) }))}
            {...field('gift')}
          />
          {arm.gift === 'credits' && <AmountInput label={t('credits')} required {...field('trial_credits')} />}
        </SimpleGrid>
        {arm.gift === 'steps' && <Steps form={form} arm={arm} at={at} />}
        {isRemovable && (
          <Group justify="end">
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => form.removeListItem('arms', at)}
            >
              {t('removeArm')}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}

/** The steps of an arm. Without any, its accounts get nothing. */
function Steps({ form, arm, at }: Pick<ArmFieldsProps, 'form' | 'arm' | 'at'>) {
  const t = useTranslations('admin.growth.form');
  const step = useTranslations('welcome.step');
  const path = `arms.${at}.trial_steps`;
  const steps = WELCOME_STEPS.map((value) => ({ value, label: step(value) }));
  return (
    <>
      {arm.trial_steps.map((_, n) => (
        <SimpleGrid key={n} cols={{ base: 1, xs: 4 }} style={{ alignItems: 'end' }}>
          <Select label={t('step')} allowDeselect={false} data={steps} {...form.getInputProps(`${path}.${n}.on`)} />
          <AmountInput label={t('credits')} required {...form.getInputProps(`${path}.${n}.credits`)} />
          <CountInput label={t('expires')} required {...form.getInputProps(`${path}.${n}.expires_days`)} />
          <Button variant="default" onClick={() => form.removeListItem(path, n)}>
            {t('removeStep')}
          </Button>
        </SimpleGrid>
      ))}
      {arm.trial_steps.length < WELCOME_STEPS.length - 1 && (
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => form.insertListItem(path, newStep())}
          >
            {t('addStep')}
          </Button>
        </Group>
      )}
    </>
  );
}
