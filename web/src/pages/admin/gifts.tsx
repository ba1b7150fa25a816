import { Box, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { giftChecks } from '../../api/admin/gifts.ts';
import { api, bodyOf } from '../../api/client.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import { Page } from '../../ui/page.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Loaded } from '../../ui/states.tsx';
import { ReviewQueue } from './gifts/review-queue.tsx';
import { StepForm } from './gifts/step-form.tsx';
import { StepsTable } from './gifts/steps-table.tsx';

const route = getRouteApi('/shell/admin/gifts');

/** Gifts to new users: the steps of each source, the checks, and the accounts that wait for a decision. */
export function Gifts() {
  const t = useTranslations('admin.gifts');
  const { panel } = route.useSearch();
  const navigate = route.useNavigate();
  const close = () => void navigate({ search: {} });
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      isWide
      actions={<Button onClick={() => void navigate({ search: { panel: 'step' } })}>{t('add')}</Button>}
    >
      <Stack gap="lg">
        <Card padding={0}>
          <Title order={2} p="md">
            {t('steps')}
          </Title>
          <StepsTable />
        </Card>
        <Checks />
        <Card padding={0}>
          <Title order={2} p="md">
            {t('reviews')}
          </Title>
          <ReviewQueue />
        </Card>
      </Stack>
      {panel === 'step' && (
        <SidePanel isOpen onClose={close} title={t('add')}>
          <StepForm onClose={close} />
        </SidePanel>
      )}
    </Page>
  );
}

/** The switch of the checks, and what it changes. */
function Checks() {
  const t = useTranslations('admin.gifts');
  const query = useQuery(giftChecks());
  return (
    <Card>
      <Loaded query={query} height={80}>
        {({ is_on }) => (
          <Group justify="space-between" align="start">
            <Box flex="1 1 280px">
              <Title order={2}>{t(is_on ? 'checksOn' : 'checksOff')}</Title>
              <Text size="sm" c="dimmed">
                {t('checksText')}
              </Text>
            </Box>
            <ConfirmedAction
              label={t(is_on ? 'switchOff' : 'switchOn')}
              question={t(is_on ? 'switchOffQuestion' : 'switchOnQuestion')}
              done={t(is_on ? 'switchedOff' : 'switchedOn')}
              action={() => bodyOf(api.PUT('/api/v1/admin/gift-checks', { body: { is_on: !is_on } }))}
            />
          </Group>
        )}
      </Loaded>
    </Card>
  );
}
