import { Checkbox, SimpleGrid } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { createKey } from '../../api/api-keys.ts';
import type { ApiKeyBody } from '../../api/schema.gen.ts';
import { endOfDay } from '../../lib/dates.ts';
import { useFormat } from '../../lib/format.ts';
import { FormBody } from '../form-body.tsx';
import { useSubmit } from '../submit.ts';
import { useWords } from '../words.ts';
import { LimitFields, NameField } from './limit-fields.tsx';
import { bodyOfLimits, type LimitValues, limitRules, NO_LIMITS } from './limits.ts';
import { Secret } from './secret.tsx';

type Scope = NonNullable<ApiKeyBody['scopes']>[number];

/** What keys of people are good for, the usual first. */
const SCOPES = [
  'gateway',
  'models',
  'balance:read',
  'usage:read',
  'credits:read',
  'usage:write',
  'payments',
  'keys:manage',
] as const satisfies readonly Scope[];
const USUAL: Scope[] = ['gateway', 'models', 'balance:read'];

interface CreateKeyProps {
  /** Somebody else's account, for admins. */
  userId?: string | undefined;
  onDone: () => void;
}

/** Creates a key and shows its secret, once. */
export function CreateKey({ userId, onDone }: CreateKeyProps) {
  const t = useTranslations();
  const { time_zone } = useFormat();
  const scopeName = useWords('scope');
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm<LimitValues & { scopes: Scope[] }>({
    initialValues: { ...NO_LIMITS, scopes: USUAL },
    validate: {
      ...limitRules(t),
      scopes: (chosen: Scope[]) => (chosen.length === 0 ? t('keys.scopeMissing') : null),
    },
  });
  const submit = useSubmit({
    form,
    send: ({ scopes, ...limits }) => {
      const expires_at = limits.expires_on === '' ? null : endOfDay(limits.expires_on, time_zone).toISOString();
      const body = { ...bodyOfLimits(limits, expires_at), scopes };
      return createKey(userId === undefined ? body : { ...body, user_id: userId });
    },
    done: t('keys.createDone'),
    onDone: ({ key }) => setSecret(key),
  });
  if (secret !== null) return <Secret secret={secret} onDone={onDone} />;
  return (
    <FormBody label={t('keys.create')} form={form} submit={submit} action={t('keys.create')} onCancel={onDone}>
      <NameField form={form} />
      <Checkbox.Group label={t('keys.scopes')} {...form.getInputProps('scopes')}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" mt={6}>
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={scopeName(scope)} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <LimitFields form={form} />
    </FormBody>
  );
}
