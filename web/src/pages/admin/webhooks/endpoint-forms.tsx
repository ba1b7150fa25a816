import { Select, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { changeEndpoint, createEndpoint, recoverEndpoint, rotateSecret } from '../../../api/admin/webhooks.ts';
import type { WebhookEndpointView } from '../../../api/schema.gen.ts';
import { dayBefore, startOfDay, todayIn } from '../../../lib/dates.ts';
import { useFormat } from '../../../lib/format.ts';
import { DayInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { Secret } from '../../../ui/keys/secret.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import { EVENT_PATTERNS } from './event-patterns.ts';

type Values = {
  url: string;
  events: string[];
  description: string;
  user_ids: string[];
};

const EMPTY: Values = { url: '', events: ['*'], description: '', user_ids: [] };

const useEndpointForm = (initialValues: Values) => {
  const t = useTranslations('admin.webhooks');
  return useForm<Values>({
    initialValues,
    validate: {
      url: (url) => (URL.canParse(url) ? null : t('urlMissing')),
      events: (events) => (events.length === 0 ? t('eventsMissing') : null),
    },
  });
};

function EndpointFields({ form }: { form: ReturnType<typeof useEndpointForm> }) {
  const t = useTranslations('admin.webhooks');
  return (
    <>
      <TextInput
        label={t('url')}
        description={t('urlText')}
        placeholder="https://app.example.com/webhooks"
        type="url"
        data-autofocus
        {...form.getInputProps('url')}
      />
      <TagsInput
        label={t('events')}
        description={t('eventsText')}
        data={EVENT_PATTERNS}
        {...form.getInputProps('events')}
      />
      <TextInput label={t('description')} maxLength={500} {...form.getInputProps('description')} />
      <TagsInput label={t('accounts')} description={t('accountsText')} {...form.getInputProps('user_ids')} />
    </>
  );
}

const bodyOf = ({ description, ...values }: Values) => ({ ...values, description: description.trim() || null });

/** Creates an endpoint and shows its secret, once. */
export function CreateEndpoint({ onDone }: { onDone: () => void }) {
  const t = useTranslations('admin.webhooks');
  const [secret, setSecret] = useState<string | null>(null);
  const form = useEndpointForm(EMPTY);
  const submit = useSubmit({
    form,
    send: (values) => createEndpoint(bodyOf(values)),
    done: t('createDone'),
    onDone: (created) => setSecret(created.secret),
  });
  if (secret !== null) return <Secret secret={secret} onDone={onDone} />;
  return (
    <FormBody label={t('create')} form={form} submit={submit} action={t('create')} onCancel={onDone}>
      <EndpointFields form={form} />
    </FormBody>
  );
}

/** Changes where events are sent, and which. */
export function ChangeEndpoint({ endpoint, onDone }: { endpoint: WebhookEndpointView; onDone: () => void }) {
  const t = useTranslations('admin.webhooks');
  const { id, url, events, description, user_ids } = endpoint;
  const form = useEndpointForm({ url, events, description: description ?? '', user_ids });
  const submit = useSubmit({
    form,
    send: (values) => changeEndpoint(id, bodyOf(values)),
    done: t('changeDone'),
    onDone,
  });
  return (
    <FormBody label={t('panel.change')} form={form} submit={submit} action={t('save')} onCancel={onDone}>
      <EndpointFields form={form} />
    </FormBody>
  );
}

const GRACES_S = ['0', '3600', '86400', '604800'] as const;

/** Replaces the secret and shows the new one, once. */
export function RotateSecret({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useTranslations('admin.webhooks');
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm<{ grace_seconds: string }>({ initialValues: { grace_seconds: '86400' } });
  const submit = useSubmit({
    form,
    send: ({ grace_seconds }) => rotateSecret(id, Number(grace_seconds)),
    done: t('rotateDone'),
    onDone: (rotated) => setSecret(rotated.secret),
  });
  if (secret !== null) return <Secret secret={secret} onDone={onDone} />;
  return (
    <FormBody label={t('panel.rotate')} form={form} submit={submit} action={t('rotateAction')} onCancel={onDone}>
      <Text size="sm">{t('rotateText')}</Text>
      <Select
        label={t('grace')}
        allowDeselect={false}
        data={GRACES_S.map((value) => ({ value, label: t(`graces.${value}`) }))}
        {...form.getInputProps('grace_seconds')}
      />
    </FormBody>
  );
}

/** Sends again what was not delivered. */
export function RecoverEndpoint({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useTranslations('admin.webhooks');
  const { time_zone } = useFormat();
  const form = useForm<{ since: string }>({ initialValues: { since: dayBefore(todayIn(time_zone), 1) } });
  const submit = useSubmit({
    form,
    send: ({ since }) => recoverEndpoint(id, startOfDay(since, time_zone).toISOString()),
    done: t('recoverDone'),
    onDone,
  });
  return (
    <FormBody label={t('panel.recover')} form={form} submit={submit} action={t('recoverAction')} onCancel={onDone}>
      <Text size="sm">{t('recoverText')}</Text>
      <DayInput label={t('since')} {...form.getInputProps('since')} />
    </FormBody>
  );
}
