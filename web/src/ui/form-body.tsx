import { Button, Group, Stack } from '@mantine/core';
import type { FormErrors, UseFormReturnType } from '@mantine/form';
import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { ProblemAlert } from './states.tsx';

interface FormBodyProps<V, R> {
  /** Name of the form for screen readers. */
  label: string;
  form: UseFormReturnType<V>;
  submit: UseMutationResult<R, Error, V>;
  /** Text of the button that sends. */
  action: string;
  isDangerous?: boolean;
  onCancel?: (() => void) | undefined;
  children: ReactNode;
}

/** Moves the focus to the first field with an error, which can be outside of what is in view. */
export const focusFirst =
  <V extends Record<string, unknown>>(form: UseFormReturnType<V>) =>
  (errors: FormErrors): void => {
    const [first] = Object.keys(errors);
    if (first !== undefined) form.getInputNode(first)?.focus();
  };

/** The fields of a form with its buttons, and what the service refused. Use it with useSubmit. */
export function FormBody<V extends Record<string, unknown>, R>(props: FormBodyProps<V, R>) {
  const { label, form, submit, action, isDangerous = false, onCancel, children } = props;
  const t = useTranslations('form');
  return (
    <form noValidate aria-label={label} onSubmit={form.onSubmit((values) => submit.mutate(values), focusFirst(form))}>
      <Stack>
        {children}
        {submit.error && <ProblemAlert error={submit.error} />}
        <Group justify="end">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('cancel')}
            </Button>
          )}
          <Button type="submit" loading={submit.isPending} {...(isDangerous && { color: 'red.9' })}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
