import { Divider, Select, Stack, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { changeMember, removeMember } from '../../api/organizations.ts';
import { InvitationBody } from '../../api/rules.gen.ts';
import type { MemberView } from '../../api/schema.gen.ts';
import { switchTo } from '../../auth/acting.ts';
import type { AmountText } from '../../lib/amount.ts';
import { matches } from '../../lib/rules.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import { FormBody } from '../../ui/form-body.tsx';
import { useSubmit } from '../../ui/submit.ts';
import { BURN_ORDERS, type BurnOrder } from './burn-orders.ts';
import { MemberFields, type MemberValues } from './member-fields.tsx';
import { isManager, type OrganizationOfMe, rolesGivenBy } from './roles.ts';

interface MemberPanelProps {
  organization: OrganizationOfMe;
  member: MemberView;
  isSelf: boolean;
  onDone: () => void;
}

/** What the viewer may change about a member: terms and membership as a manager, and who pays as the member itself. */
export function MemberPanel(props: MemberPanelProps) {
  const { organization, member, isSelf } = props;
  const mayManage = isManager(organization.role) && rolesGivenBy(organization.role).includes(member.role);
  return (
    <Stack gap="lg">
      {isSelf && <PayerForm {...props} />}
      {isSelf && mayManage && <Divider />}
      {mayManage && <TermsForm {...props} />}
      {(mayManage || isSelf) && <Leave {...props} />}
    </Stack>
  );
}

/** Which account pays for work that names none. */
function PayerForm({ organization, member, onDone }: MemberPanelProps) {
  const t = useTranslations();
  const form = useForm<{ burn_order: BurnOrder }>({ initialValues: { burn_order: member.burn_order } });
  const submit = useSubmit({
    form,
    send: (values) => changeMember(organization.id, member.user_id, values),
    done: t('organization.changeDone'),
    onDone,
  });
  return (
    <FormBody label={t('organization.payer')} form={form} submit={submit} action={t('form.save')}>
      <Select
        label={t('organization.payer')}
        description={t('organization.payerText')}
        allowDeselect={false}
        data={BURN_ORDERS.map((value) => ({ value, label: t(`organization.burnOrders.${value}`) }))}
        {...form.getInputProps('burn_order')}
      />
    </FormBody>
  );
}

function TermsForm({ organization, member, isSelf, onDone }: MemberPanelProps) {
  const t = useTranslations();
  const { user_id, role, budget, cost_center, status } = member;
  const form = useForm<MemberValues & { isActive: boolean }>({
    initialValues: { role, budget: budget ?? '', cost_center: cost_center ?? '', isActive: status === 'active' },
    validate: { budget: matches(InvitationBody.budget, t) },
  });
  const submit = useSubmit({
    form,
    send: ({ isActive, ...values }) =>
      changeMember(organization.id, user_id, {
        role: values.role,
        budget: values.budget.trim() === '' ? null : (values.budget.trim() as AmountText),
        cost_center: values.cost_center === '' ? null : values.cost_center,
        ...(!isSelf && { status: isActive ? 'active' : 'paused' }),
      }),
    done: t('organization.changeDone'),
    onDone,
  });
  return (
    <FormBody label={t('organization.change')} form={form} submit={submit} action={t('form.save')}>
      <MemberFields organization={organization} form={form} limitText={t('organization.noLimitText')} />
      {!isSelf && (
        <Switch
          label={t('organization.isActive')}
          description={t('organization.isActiveText')}
          {...form.getInputProps('isActive', { type: 'checkbox' })}
        />
      )}
    </FormBody>
  );
}

function Leave({ organization, member: { user_id }, isSelf, onDone }: MemberPanelProps) {
  const t = useTranslations('organization');
  return (
    <ConfirmedAction
      isDangerous
      label={t(isSelf ? 'leave' : 'remove')}
      question={t(isSelf ? 'leaveQuestion' : 'removeQuestion', { user: user_id })}
      action={async () => {
        await removeMember(organization.id, user_id);
        if (isSelf) switchTo(null);
        else onDone();
      }}
      done={t('removeDone')}
    />
  );
}
