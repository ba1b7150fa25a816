import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { costCenters } from '../../api/organizations.ts';
import { AmountInput } from '../../ui/fields.tsx';
import { type MemberRole, type OrganizationOfMe, rolesGivenBy } from './roles.ts';

/** What is set for a member, as the fields hold it. */
export interface MemberValues extends Record<string, unknown> {
  role: MemberRole;
  budget: string;
  cost_center: string;
}

interface MemberFieldsProps {
  organization: OrganizationOfMe;
  form: { getInputProps: (name: 'role' | 'budget' | 'cost_center') => object };
  /** What an empty limit means. */
  limitText: string;
}

/** Role, monthly limit and cost center of a member. */
export function MemberFields({ organization: { id, role }, form, limitText }: MemberFieldsProps) {
  const t = useTranslations('organization');
  const { data: centers = [] } = useQuery(costCenters(id));
  return (
    <>
      <Select
        label={t('role')}
        allowDeselect={false}
        data={rolesGivenBy(role).map((value) => ({ value, label: t(`roles.${value}`) }))}
        {...form.getInputProps('role')}
      />
      <AmountInput label={t('monthlyLimit')} description={limitText} {...form.getInputProps('budget')} />
      {centers.length > 0 && (
        <Select
          label={t('costCenter')}
          allowDeselect={false}
          data={[
            { value: '', label: t('noCostCenter') },
            ...centers.map(({ code, name }) => ({ value: code, label: name })),
          ]}
          {...form.getInputProps('cost_center')}
        />
      )}
    </>
  );
}
