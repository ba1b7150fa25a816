import { Alert, Badge, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconMail } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { changeContact, contact } from '../../api/notifications.ts';
import { useFormat } from '../../lib/format.ts';
import { Loaded, useMessageOf } from '../states.tsx';
import { useSubmit } from '../submit.ts';

/** The address of the person, whether it is confirmed, and a form to change it. */
export function ContactCard() {
  const t = useTranslations('contact');
  const format = useFormat();
  return (
    <Card>
      <Stack maw={560}>
        <Title order={2}>{t('title')}</Title>
        <Loaded query={useQuery(contact())} height={90}>
          {({ email, pending_email, pending_expires_at }) => (
            <>
              {email === null ? (
                <Text size="sm">{t('none')}</Text>
              ) : (
                <Group gap="sm">
                  <Text className="break">{email}</Text>
                  <Badge color="teal" variant="light">
                    {t('verified')}
                  </Badge>
                </Group>
              )}
              {pending_email !== null && pending_expires_at !== null && (
                <Alert color="blue" icon={<IconMail aria-hidden />} title={t('pending', { email: pending_email })}>
                  {t('pendingText', { time: format.minute(pending_expires_at) })}
                </Alert>
              )}
            </>
          )}
        </Loaded>
        <AddressForm />
      </Stack>
    </Card>
  );
}

function AddressForm() {
  const t = useTranslations();
  const messageOf = useMessageOf();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
  });
  const submit = useSubmit({
    form,
    send: changeContact,
    done: t('contact.done'),
    onDone: () => form.setValues({ email: '' }),
  });
  const field = form.getInputProps('email') as { error?: React.ReactNode };
  return (
    <form noValidate aria-label={t('contact.change')} onSubmit={form.onSubmit((values) => submit.mutate(values))}>
      <Group align="flex-start" gap="sm">
        <TextInput
          type="email"
          label={t('contact.new')}
          description={t('contact.hint')}
          autoComplete="email"
          key={form.key('email')}
          {...field}
          error={field.error ?? (submit.error && messageOf(submit.error))}
          flex="1 1 240px"
        />
        <Button type="submit" loading={submit.isPending} className="beside-field" mt={20}>
          {t('contact.send')}
        </Button>
      </Group>
    </form>
  );
}
