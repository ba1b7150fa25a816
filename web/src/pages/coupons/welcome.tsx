import { Alert, Badge, Card, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { welcome } from '../../api/coupons.ts';
import type { WelcomeView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { Amount } from '../../ui/amount.tsx';

const COLORS = { open: 'gray', given: 'teal', missed: 'red' } as const;

/** The steps for which a new user gets credits. Nothing for others. */
export function Welcome() {
  const { data } = useQuery(welcome());
  return data ? <Steps welcome={data} /> : null;
}

function Steps({ welcome: { steps, ends_at, withheld, next } }: { welcome: WelcomeView }) {
  const t = useTranslations('welcome');
  const format = useFormat();
  const given = steps.filter(({ state }) => state === 'given').length;
  const progress = t('done', { done: given, all: steps.length });
  return (
    <Card component="section">
      <Stack gap="sm">
        <div>
          <Title order={2}>{t('title')}</Title>
          <Text size="sm" c="dimmed">
            {steps.length > 0 ? `${t('text', { day: format.day(ends_at) })} ${progress}` : t('noSteps')}
          </Text>
        </div>
        {steps.length > 0 && <Progress value={(100 * given) / steps.length} aria-label={progress} />}
        {next !== null && (
          <Alert color="yellow" title={t('withheld', { amount: format.exact(withheld) })}>
            {t(`next.${next}`)}
          </Alert>
        )}
        {steps.map(({ on, credits, state }) => (
          <Group key={on} justify="space-between">
            <Text size="sm">{t(`step.${on}`)}</Text>
            <Group gap="sm">
              <Amount value={credits} withUnit />
              <Badge color={COLORS[state]} variant="light">
                {t(`state.${state}`)}
              </Badge>
            </Group>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
