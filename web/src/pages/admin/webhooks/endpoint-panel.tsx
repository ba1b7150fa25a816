import { Alert, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { changeEndpoint, deleteEndpoint, testEndpoint } from '../../../api/admin/webhooks.ts';
import type { WebhookEndpointView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { CopyId } from '../../../ui/copy-id.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { ProblemAlert } from '../../../ui/states.tsx';
import { Attempt } from './attempt.tsx';
import { ChangeEndpoint, RecoverEndpoint, RotateSecret } from './endpoint-forms.tsx';
import { EndpointStatus } from './states.tsx';

interface EndpointProps {
  endpoint: WebhookEndpointView;
  onClose: () => void;
}

const TABS = ['facts', 'change', 'rotate', 'recover'] as const;

/** An endpoint, and what can be done with it. */
export function EndpointPanel({ endpoint, onClose }: EndpointProps) {
  const t = useTranslations('admin.webhooks');
  const [tab, setTab] = useState<string | null>('facts');
  const back = () => setTab('facts');
  return (
    <SidePanel
      size="lg"
      isOpen
      onClose={onClose}
      title={
        <Text fw={650} truncate>
          {endpoint.description ?? new URL(endpoint.url).host}
        </Text>
      }
    >
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`panel.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="facts">
          <Stack gap="lg">
            <Trouble endpoint={endpoint} />
            <EndpointFacts endpoint={endpoint} />
            <Test id={endpoint.id} />
            <Actions endpoint={endpoint} onClose={onClose} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="change">
          <ChangeEndpoint endpoint={endpoint} onDone={back} />
        </Tabs.Panel>
        <Tabs.Panel value="rotate">
          <RotateSecret id={endpoint.id} onDone={back} />
        </Tabs.Panel>
        <Tabs.Panel value="recover">
          <RecoverEndpoint id={endpoint.id} onDone={back} />
        </Tabs.Panel>
      </Tabs>
    </SidePanel>
  );
}

function Trouble({ endpoint: { disabled_reason, failing_since } }: { endpoint: WebhookEndpointView }) {
  const t = useTranslations('admin.webhooks');
  const format = useFormat();
  if (disabled_reason === 'failing') return <Alert color="red">{t('disabledText')}</Alert>;
  if (failing_since === null) return null;
  return <Alert color="orange">{t('failingText', { since: format.minute(failing_since) })}</Alert>;
}

const isAhead = (instant: string): boolean => Date.parse(instant) > Date.now();

function EndpointFacts({ endpoint }: { endpoint: WebhookEndpointView }) {
  const t = useTranslations('admin.webhooks');
  const format = useFormat();
  const { id, url, events, user_ids, header_names, pending, previous_expires_at } = endpoint;
  const oldSecretUntil =
    previous_expires_at !== null && isAhead(previous_expires_at) && format.minute(previous_expires_at);
  return (
    <Facts
      facts={[
        [t('status'), <EndpointStatus key="status" endpoint={endpoint} />],
        [t('url'), url],
        [t('events'), events.join(', ')],
        [t('accounts'), user_ids.length === 0 ? t('allAccounts') : user_ids.join(', ')],
        [t('headers'), header_names.join(', ')],
        [
          t('waiting'),
          <Link
            key="waiting"
            to="/admin/webhooks"
            search={{ tab: 'deliveries', endpoint_id: id, status: 'pending' }}
            className="plain-link"
          >
            {format.count(pending)}
          </Link>,
        ],
        [t('oldSecretUntil'), oldSecretUntil],
        [t('created'), `${format.minute(endpoint.created_at)} · ${endpoint.created_by}`],
        [t('id'), <CopyId key="id" id={id} />],
      ]}
    />
  );
}

function Test({ id }: { id: string }) {
  const t = useTranslations('admin.webhooks');
  const test = useMutation({ mutationFn: () => testEndpoint(id) });
  return (
    <Stack gap="sm">
      <Group>
        <Button loading={test.isPending} onClick={() => test.mutate()}>
          {t('test')}
        </Button>
      </Group>
      <div aria-live="polite">{test.data && <Attempt attempt={test.data} />}</div>
      {test.error && <ProblemAlert error={test.error} />}
    </Stack>
  );
}

function Actions({ endpoint: { id, url, status }, onClose }: EndpointProps) {
  const t = useTranslations('admin.webhooks');
  return (
    <Group gap="sm">
      {status === 'enabled' ? (
        <ConfirmedAction
          label={t('disable')}
          question={t('disableQuestion', { url })}
          action={() => changeEndpoint(id, { status: 'disabled' })}
          done={t('disableDone')}
        />
      ) : (
        <ConfirmedAction
          label={t('enable')}
          question={t('enableQuestion', { url })}
          action={() => changeEndpoint(id, { status: 'enabled' })}
          done={t('enableDone')}
        />
      )}
      <ConfirmedAction
        label={t('delete')}
        question={t('deleteQuestion', { url })}
        action={async () => {
          await deleteEndpoint(id);
          onClose();
        }}
        done={t('deleteDone')}
        isDangerous
      />
    </Group>
  );
}
