import { Alert, Code, Group, Stack, Tabs, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { pauseKey, resumeKey, revokeKey } from '../../api/api-keys.ts';
import { me } from '../../api/queries.ts';
import type { ApiKeyView } from '../../api/schema.gen.ts';
import { usageSeries } from '../../api/usage.ts';
import { useFormat } from '../../lib/format.ts';
import { SpendingChart } from '../account-usage-chart.tsx';
import { ConfirmedAction } from '../action.tsx';
import { CopyId } from '../copy-id.tsx';
import { Facts } from '../facts.tsx';
import { may } from '../pages.ts';
import { SidePanel } from '../side-panel.tsx';
import { useWords } from '../words.ts';
import { BrakedKey } from './braked-key.tsx';
import { KeyStatus } from './key-status.tsx';
import { LimitsForm } from './limits-form.tsx';
import { RotateForm } from './rotate-form.tsx';

interface KeyPanelProps {
  /** The open key; undefined while none is. */
  apiKey: ApiKeyView | undefined;
  /** Somebody else's account, for admins. */
  userId: string | undefined;
  onClose: () => void;
}

/** A key with its limits, and what can be done with it. */
export function KeyPanel({ apiKey, userId, onClose }: KeyPanelProps) {
  return (
    <SidePanel
      size="lg"
      isOpen={apiKey !== undefined}
      onClose={onClose}
      title={<Text fw={650}>{apiKey?.name ?? ''}</Text>}
    >
      {apiKey && <Key key={apiKey.id} {...{ apiKey, userId, onClose }} />}
    </SidePanel>
  );
}

function Key({ apiKey, userId, onClose }: KeyPanelProps & { apiKey: ApiKeyView }) {
  const t = useTranslations('keys');
  const { data: viewer } = useSuspenseQuery(me());
  const seesUsage = may(viewer, 'usage:read');
  const [tab, setTab] = useState<string | null>('facts');
  const isOver = apiKey.status === 'revoked';
  return (
    <Stack gap="lg">
      <BrakedKey apiKey={apiKey} />
      {apiKey.status === 'paused' && apiKey.braked_model === null && (
        <Alert color="orange" title={t('paused')}>
          {apiKey.paused_reason ?? t('pausedText')}
        </Alert>
      )}
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="facts">{t('facts')}</Tabs.Tab>
          {seesUsage && <Tabs.Tab value="usage">{t('usage')}</Tabs.Tab>}
          {!isOver && <Tabs.Tab value="limits">{t('limits')}</Tabs.Tab>}
          {!isOver && <Tabs.Tab value="rotate">{t('rotate')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="facts">
          <Stack gap="lg">
            <KeyFacts apiKey={apiKey} />
            {!isOver && <Actions apiKey={apiKey} onClose={onClose} />}
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="usage">
          <SpendingChart load={(order) => usageSeries({ ...order, api_key_id: apiKey.id }, userId)} />
        </Tabs.Panel>
        <Tabs.Panel value="limits">
          <LimitsForm apiKey={apiKey} onDone={() => setTab('facts')} />
        </Tabs.Panel>
        <Tabs.Panel value="rotate">
          <RotateForm apiKey={apiKey} onDone={() => setTab('facts')} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function KeyFacts({ apiKey }: { apiKey: ApiKeyView }) {
  const t = useTranslations('keys');
  const format = useFormat();
  const scopeName = useWords('scope');
  const { last_used_at, last_used_ip, expires_at, previous_expires_at, scopes } = apiKey;
  const perMinute = (limit: number | null) => (limit === null ? t('noLimit') : format.count(limit));
  const lastUsed = last_used_at && `${format.minute(last_used_at)}${last_used_ip === null ? '' : ` · ${last_used_ip}`}`;
  return (
    <Facts
      facts={[
        [t('status'), <KeyStatus key="status" status={apiKey.status} />],
        [t('start'), <Code key="start">{apiKey.start}…</Code>],
        [t('scopes'), scopes.map((scope) => scopeName(scope)).join(', ')],
        [t('lastUsed'), lastUsed ?? t('never')],
        [t('oldSecretUntil'), isAhead(previous_expires_at) && format.minute(previous_expires_at ?? '')],
        [t('expires'), expires_at === null ? t('never') : format.minute(expires_at)],
        [t('requestsPerMinute'), perMinute(apiKey.requests_per_minute)],
        [t('tokensPerMinute'), perMinute(apiKey.tokens_per_minute)],
        [t('brake'), apiKey.brake ? t('brakeOn') : t('brakeOff')],
        [t('allowedModels'), apiKey.allowed_models.join(', ')],
        [t('deniedModels'), apiKey.denied_models.join(', ')],
        [t('allowedServices'), apiKey.allowed_services.join(', ')],
        [t('allowedAddresses'), apiKey.allowed_cidrs.join(', ')],
        [t('tags'), apiKey.tags.join(', ')],
        [t('member'), apiKey.member_id],
        [t('created'), `${format.minute(apiKey.created_at)} · ${apiKey.created_by}`],
        [t('id'), <CopyId key="id" id={apiKey.id} />],
      ]}
    />
  );
}

const isAhead = (instant: string | null): boolean => instant !== null && Date.parse(instant) > Date.now();

function Actions({ apiKey: { id, name, status, braked_model }, onClose }: { apiKey: ApiKeyView; onClose: () => void }) {
  const t = useTranslations('keys');
  return (
    <Group gap="sm">
      {status === 'active' && (
        <ConfirmedAction
          label={t('pause')}
          question={t('pauseQuestion', { name })}
          action={() => pauseKey(id)}
          done={t('pauseDone')}
        />
      )}
      {status === 'paused' && braked_model === null && (
        <ConfirmedAction
          label={t('resume')}
          question={t('resumeQuestion', { name })}
          action={() => resumeKey(id)}
          done={t('resumeDone')}
        />
      )}
      <ConfirmedAction
        label={t('revoke')}
        question={t('revokeQuestion', { name })}
        action={async () => {
          await revokeKey(id);
          onClose();
        }}
        done={t('revokeDone')}
        isDangerous
      />
    </Group>
  );
}
