import { Alert, Button, Card, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconKey, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../api/client.ts';
import { ownKey } from '../api/own-key.ts';
import { OpenRouterAccountBody } from '../api/rules.gen.ts';
import type { OpenRouterAccountView } from '../api/schema.gen.ts';
import { dashboardConfig } from '../auth/config.ts';
import { useFormat } from '../lib/format.ts';
import { matches } from '../lib/rules.ts';
import { ConfirmedAction } from '../ui/action.tsx';
import { Facts } from '../ui/facts.tsx';
import { FormBody } from '../ui/form-body.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Loaded, ProblemAlert } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSubmit } from '../ui/submit.ts';

/** The person's own OpenRouter key: OpenRouter bills the person, and the platform charges only its fee. */
export function OwnKey() {
  const t = useTranslations('ownKey');
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      {dashboardConfig.features.own_keys ? (
        <KeyCard />
      ) : (
        <Card>
          <Empty title={t('off')} text={t('offText')} icon={<IconKey aria-hidden />} />
        </Card>
      )}
    </Page>
  );
}

function KeyCard() {
  const t = useTranslations('ownKey');
  const query = useQuery(ownKey());
  const [isReplacing, { open, close }] = useDisclosure();
  return (
    <Loaded query={query} height={300}>
      {(account) => (
        <>
          {account && <Connected account={account} onReplace={open} />}
          {(!account || isReplacing) && (
            <Card>
              <Stack>
                <Title order={2}>{account ? t('replace') : t('connect')}</Title>
                <Text size="sm" c="dimmed">
                  {t('explained')}
                </Text>
                <KeyForm isFirst={!account} onDone={close} onCancel={account ? close : undefined} />
              </Stack>
            </Card>
          )}
        </>
      )}
    </Loaded>
  );
}

function Connected({ account, onReplace }: { account: OpenRouterAccountView; onReplace: () => void }) {
  const t = useTranslations('ownKey');
  const format = useFormat();
  const { key_hint, is_active, email, free_credits_remaining, last_synced, created_at } = account;
  return (
    <Card>
      <Stack>
        <Group gap="sm">
          <Title order={2}>{t('connected')}</Title>
          <StatusBadge tone={is_active ? 'good' : 'bad'}>{t(is_active ? 'active' : 'refused')}</StatusBadge>
        </Group>
        {!is_active && <Alert color="red">{t('refusedText')}</Alert>}
        <Facts
          facts={[
            [t('key'), <code key="key">{key_hint}</code>],
            [t('email'), email],
            [t('limit'), free_credits_remaining === null ? t('noLimit') : format.dollars(free_credits_remaining)],
            [t('synced'), last_synced === null ? t('never') : format.minute(last_synced)],
            [t('since'), format.longDay(created_at)],
          ]}
        />
        <Group justify="end">
          <ConfirmedAction
            label={t('remove')}
            question={t('removeQuestion')}
            action={() => bodyOf(api.DELETE('/api/v1/credits/openrouter/account'))}
            done={t('removed')}
            isDangerous
          />
          <Button variant="default" onClick={onReplace}>
            {t('replace')}
          </Button>
          <SyncButton />
        </Group>
      </Stack>
    </Card>
  );
}

function SyncButton() {
  const t = useTranslations('ownKey');
  const queries = useQueryClient();
  const sync = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/credits/openrouter/sync-balance', { body: {} })),
    onSuccess: () => notifications.show({ message: t('syncDone') }),
    // a key that OpenRouter refused is marked as such
    onSettled: () => queries.invalidateQueries({ queryKey: ownKey().queryKey }),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={sync.isPending}
        onClick={() => sync.mutate()}
      >
        {t('sync')}
      </Button>
      {sync.error && <ProblemAlert error={sync.error} />}
    </>
  );
}

interface KeyFormProps {
  isFirst: boolean;
  onDone: () => void;
  onCancel: (() => void) | undefined;
}

function KeyForm({ isFirst, onDone, onCancel }: KeyFormProps) {
  const t = useTranslations();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { api_key: '', email: '' },
    validate: {
      api_key: matches(OpenRouterAccountBody.api_key, t, t('ownKey.keyHint')),
      email: matches(OpenRouterAccountBody.email, t, t('ownKey.emailHint')),
    },
  });
  const submit = useSubmit({
    form,
    send: ({ api_key, email }) =>
      bodyOf(
        api.POST('/api/v1/credits/openrouter/create-account', {
          body: { api_key: api_key.trim(), ...(email.trim() !== '' && { email: email.trim() }) },
        }),
      ),
    done: t('ownKey.done'),
    onDone,
  });
  return (
    <FormBody
      label={t('ownKey.connect')}
      form={form}
      submit={submit}
      action={isFirst ? t('ownKey.connectAction') : t('ownKey.replace')}
      onCancel={onCancel}
    >
      <PasswordInput
        label={t('ownKey.key')}
        description={t('ownKey.keyText')}
        placeholder="sk-or-v1-…"
        autoComplete="off"
        key={form.key('api_key')}
        {...form.getInputProps('api_key')}
      />
      <TextInput
        type="email"
        label={t('ownKey.emailOptional')}
        description={t('ownKey.emailText')}
        autoComplete="email"
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
    </FormBody>
  );
}
