import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { ProblemAlert } from './states.tsx';

interface ConfirmedActionProps {
  label: string;
  /** What will happen, and that it cannot be undone if so. */
  question: ReactNode;
  action: () => Promise<unknown>;
  /** Shown when it has been done. */
  done: string;
  isDangerous?: boolean;
  button?: ButtonProps;
}

/** A button that asks before it acts. After the action every list is read again. */
export function ConfirmedAction({ label, question, action, done, isDangerous = false, button }: ConfirmedActionProps) {
  const t = useTranslations('form');
  const queries = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure();
  const act = useMutation({
    mutationFn: action,
    onSuccess: async () => {
      // first the lists, so that nobody acts on what they showed before
      await queries.invalidateQueries();
      close();
      notifications.show({ message: done });
    },
  });
  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={label}>
        <Stack>
          <Text size="sm" component="div">
            {question}
          </Text>
          {act.error && <ProblemAlert error={act.error} />}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button {...(isDangerous && { color: 'red.9' })} loading={act.isPending} onClick={() => act.mutate()}>
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
