import { Button, Card, Group, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ConfirmedAction } from './action.tsx';
import { ProblemAlert } from './states.tsx';

interface PreviewedActionProps<T> {
  title: string;
  text: string;
  previewLabel: string;
  label: string;
  question: string;
  done: string;
  /** Performs the action, or with `isPreview` reports its effects without performing it. */
  run: (isPreview: boolean) => Promise<T>;
  /** What the preview found. */
  children: (report: T) => ReactNode;
}

/** Work on the whole platform: its effect can be looked at before it is confirmed. */
export function PreviewedAction<T>(props: PreviewedActionProps<T>) {
  const { title, text, previewLabel, label, question, done, run, children } = props;
  const preview = useMutation({ mutationFn: () => run(true) });
  const act = async (): Promise<void> => {
    await run(false);
    preview.reset();
  };
  return (
    <Card>
      <Group justify="space-between" align="start">
        <div>
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed">
            {text}
          </Text>
        </div>
        <Group gap="xs">
          <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate()}>
            {previewLabel}
          </Button>
          <ConfirmedAction label={label} question={question} done={done} action={act} />
        </Group>
      </Group>
      {preview.error && <ProblemAlert error={preview.error} />}
      {preview.data !== undefined && children(preview.data)}
    </Card>
  );
}
