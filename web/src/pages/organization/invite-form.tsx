import { Alert, Button, Code, CopyButton, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { invite } from '../../api/organizations.ts';
import { InvitationBody } from '../../api/rules.gen.ts';
import type { NewInvitationView } from '../../api/schema.gen.ts';
import type { AmountText } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { matches } from '../../lib/rules.ts';
import { FormBody } from '../../ui/form-body.tsx';
import { useSubmit } from '../../ui/submit.ts';
import { MemberFields, type MemberValues } from './member-fields.tsx';
import type { OrganizationOfMe } from './roles.ts';

interface InviteFormProps {
  organization: OrganizationOfMe;
  onDone: () => void;
}

/** Invites a person by an address, and shows the link, once. */
export function InviteForm({ organization, onDone }: InviteFormProps) {
  const t = useTranslations();
  const [made, setMade] = useState<NewInvitationView>();
  const form = useForm<MemberValues & { email: string }>({
    initialValues: { email: '', role: 'member', budget: '', cost_center: '' },
    validate: {
      email: matches(InvitationBody.email, t, t('organization.emailHint')),
      budget: matches(InvitationBody.budget, t),
    },
  });
  const submit = useSubmit({
    form,
    send: ({ email, role, budget, cost_center }) =>
      invite(organization.id, {
        email: email.trim(),
        role,
        ...(budget.trim() !== '' && { budget: budget.trim() as AmountText }),
        ...(cost_center !== '' && { cost_center }),
      }),
    done: t('organization.inviteDone'),
    onDone: setMade,
  });
  if (made) return <InvitationLink invitation={made} onDone={onDone} />;
  return (
    <FormBody
      label={t('organization.invite')}
      form={form}
      submit={submit}
      action={t('organization.invite')}
      onCancel={onDone}
    >
      <TextInput label={t('organization.email')} type="email" data-autofocus {...form.getInputProps('email')} />
      <MemberFields organization={organization} form={form} limitText={t('organization.defaultApplies')} />
    </FormBody>
  );
}

/** The link of an invitation that was just made. */
export function InvitationLink({ invitation, onDone }: { invitation: NewInvitationView; onDone: () => void }) {
  const t = useTranslations('organization');
  const format = useFormat();
  const { email, url, expires_at } = invitation;
  return (
    <Stack>
      <Alert color="teal" title={t('linkTitle')}>
        {t('linkText', { email, time: format.minute(expires_at) })}
      </Alert>
      <Code block className="wrap" fz="sm" aria-label={t('link')} tabIndex={0} role="region">
        {url}
      </Code>
      <Group justify="end">
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button variant={copied ? 'default' : 'filled'} onClick={copy} data-autofocus>
              {copied ? t('copied') : t('copyLink')}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onDone}>
          {t('close')}
        </Button>
      </Group>
    </Stack>
  );
}
