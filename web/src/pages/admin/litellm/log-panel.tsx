import { Card, Group, Stack, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { RejectedLogView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches } from '../../../lib/rules.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { JsonBlock } from '../../../ui/json-block.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { useSubmit } from '../../../ui/submit.ts';

interface LogPanelProps {
  log: RejectedLogView;
  onClose: () => void;
}

/** One log with the decision about it. */
export function LogPanel({ log, onClose }: LogPanelProps) {
  const t = useTranslations('admin.litellm');
  const format = useFormat();
  return (
    <SidePanel size="lg" isOpen onClose={onClose} title={t(`reasons.${log.reason}`)}>
      <Stack gap="lg">
        {log.status === 'open' && <Decision log={log} onClose={onClose} />}
        <Facts
          facts={[
            [t('status'), t(`statuses.${log.status}`)],
            [t('detail'), log.detail],
            [t('namedUser'), log.named_user ?? t('nobody')],
            [t('assignedTo'), log.assigned_to],
            [t('received'), format.second(log.created_at)],
            [t('resolvedBy'), log.resolved_by],
            [t('resolvedAt'), log.resolved_at && format.second(log.resolved_at)],
            [t('logId'), log.log_id],
          ]}
        />
        <section>
          <Title order={3} mb="xs">
            {t('log')}
          </Title>
          <JsonBlock label={t('log')} value={log.log} />
        </section>
      </Stack>
    </SidePanel>
  );
}

function Decision({ log, onClose }: LogPanelProps) {
  const t = useTranslations('admin.litellm');
  const texts = useTranslations();
  const form = useForm({
    initialValues: { user_id: log.named_user ?? '' },
    validate: { user_id: matches({ ...rules.AssignBody.user_id, required: true }, texts, t('userHint')) },
  });
  const submit = useSubmit({
    form,
    done: t('assigned'),
    onDone: onClose,
    send: ({ user_id }) =>
      bodyOf(
        api.POST('/api/v1/integrations/litellm/rejected/{id}/assign', {
          params: { path: { id: log.id } },
          body: { user_id: user_id.trim() },
        }),
      ),
  });
  return (
    <Card padding="md">
      <FormBody label={t('assignTitle')} form={form} submit={submit} action={t('assign')}>
        <TextInput label={t('user')} description={t('assignText')} required {...form.getInputProps('user_id')} />
      </FormBody>
      <Group justify="end" mt="sm">
        <ConfirmedAction
          label={t('discard')}
          question={t('discardQuestion')}
          done={t('discarded')}
          isDangerous
          action={async () => {
            await api.POST('/api/v1/integrations/litellm/rejected/{id}/discard', { params: { path: { id: log.id } } });
            onClose();
          }}
        />
      </Group>
    </Card>
  );
}
