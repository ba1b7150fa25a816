import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { allTiers } from '../../../api/admin/tiers.ts';
import type { MarkupScope } from '../../../api/schema.gen.ts';
import { PRICE_CLASSES } from './price-list.tsx';

interface MatchInputProps {
  label: string;
  scope: MarkupScope;
  value?: string;
  onChange: (value: string) => void;
  error?: ReactNode;
  disabled?: boolean;
}

const EXAMPLES = { model: 'openai/gpt-4o', provider: 'openai' } as const;

/** What a markup rule applies to: a class or plan from a list, a model or provider as text. */
export function MatchInput({ label, scope, value = '', onChange, error, disabled = false }: MatchInputProps) {
  const terms = useTranslations();
  const { data: tiers = [] } = useQuery({ ...allTiers(), enabled: scope === 'tier' });
  if (scope === 'model' || scope === 'provider')
    return (
      <TextInput
        label={label}
        placeholder={EXAMPLES[scope]}
        disabled={disabled}
        error={error}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  const classes = PRICE_CLASSES.map((name) => ({ value: name, label: terms(`priceClass.${name}`) }));
  return (
    <Select
      label={label}
      data={scope === 'class' ? classes : tiers.map(({ tier, name }) => ({ value: tier, label: name }))}
      disabled={disabled}
      error={error}
      value={value === '' ? null : value}
      onChange={(next) => onChange(next ?? '')}
    />
  );
}
