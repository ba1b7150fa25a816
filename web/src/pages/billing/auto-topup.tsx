import { Alert, Anchor, Card, Group, Progress, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { autoTopup, packages } from '../../api/billing.ts';
import { api, bodyOf } from '../../api/client.ts';
import { TopupBody } from '../../api/rules.gen.ts';
import type { AutoTopupView, PackageOfferView } from '../../api/schema.gen.ts';
import { type AmountText, percentOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { matches } from '../../lib/rules.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import { AmountInput } from '../../ui/fields.tsx';
import { FormBody } from '../../ui/form-body.tsx';
import { Loaded } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useSubmit } from '../../ui/submit.ts';

const HEIGHT = 300;

/** Buys a package with the card on file whenever the credits run low. */
export function AutoTopup() {
  const t = useTranslations('billing');
  const settings = useQuery(autoTopup());
  const offers = useQuery(packages());
  return (
    <Card>
      <Stack>
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={2}>{t('topup')}</Title>
            {settings.data && (
              <StatusBadge tone={settings.data.state === 'on' ? 'good' : 'bad'}>
                {t(`topupState.${settings.data.state}`)}
              </StatusBadge>
            )}
          </Group>
          {settings.data && (
            <ConfirmedAction
              label={t('topupRemove')}
              question={t('topupRemoveQuestion')}
              action={() => bodyOf(api.DELETE('/api/v1/payments/auto-topup'))}
              done={t('topupRemoved')}
              button={{ size: 'xs' }}
            />
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {t('topupText')}
        </Text>
        <Loaded query={settings} height={HEIGHT}>
          {(topup) => (
            <Loaded query={offers} height={HEIGHT}>
              {(all) => (
                <>
                  {topup && <TopupState topup={topup} />}
                  {all.length > 0 && <TopupForm key={topup?.updated_at} topup={topup} offers={all} />}
                </>
              )}
            </Loaded>
          )}
        </Loaded>
      </Stack>
    </Card>
  );
}

/** What it has bought this month, and why it does not buy. */
function TopupState({ topup }: { topup: AutoTopupView }) {
  const t = useTranslations('billing');
  const format = useFormat();
  const [spent, limit] = [topup.spent_this_month, topup.monthly_limit].map((money) => format.money(money, 'usd'));
  const text = t('topupSpent', { spent: spent ?? '', limit: limit ?? '' });
  return (
    <>
      {topup.detail !== null && (
        <Alert color={topup.state === 'stopped' ? 'red' : 'orange'}>
          <Text size="sm">{topup.detail}</Text>
          {topup.checkout_url !== null && <Anchor href={topup.checkout_url}>{t('confirmPayment')}</Anchor>}
        </Alert>
      )}
      <div>
        <Text size="sm" mb={6}>
          {text}
        </Text>
        <Progress value={percentOf(topup.spent_this_month, topup.monthly_limit) ?? 0} aria-label={text} />
      </div>
    </>
  );
}

function TopupForm({ topup, offers }: { topup: AutoTopupView | null; offers: readonly PackageOfferView[] }) {
  const t = useTranslations();
  const format = useFormat();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      package_code: topup?.package_code ?? offers[0]?.package_code ?? '',
      threshold: trimmed(topup?.threshold ?? '5'),
      monthly_limit: trimmed(topup?.monthly_limit ?? '100'),
    },
    validate: {
      package_code: matches(TopupBody.package_code, t),
      threshold: matches(TopupBody.threshold, t),
      monthly_limit: matches(TopupBody.monthly_limit, t),
    },
  });
  const submit = useSubmit({
    form,
    send: ({ package_code, threshold, monthly_limit }) =>
      bodyOf(
        api.PUT('/api/v1/payments/auto-topup', {
          body: {
            package_code,
            threshold: threshold.trim() as AmountText,
            monthly_limit: monthly_limit.trim() as AmountText,
          },
        }),
      ),
    done: t('billing.topupSaved'),
  });
  return (
    <FormBody
      label={t('billing.topup')}
      form={form}
      submit={submit}
      action={topup ? t('billing.topupSave') : t('billing.topupOn')}
    >
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <AmountInput
          label={t('billing.threshold')}
          description={t('billing.thresholdHint')}
          key={form.key('threshold')}
          {...form.getInputProps('threshold')}
        />
        <Select
          label={t('billing.topupPackage')}
          description={t('billing.topupPackageHint')}
          allowDeselect={false}
          data={offers.map(({ package_code, name, price }) => ({
            value: package_code,
            label: t('billing.offer', { name, price: format.money(price, 'usd') }),
          }))}
          key={form.key('package_code')}
          {...form.getInputProps('package_code')}
        />
        <AmountInput
          label={t('billing.monthlyLimit')}
          description={t('billing.monthlyLimitHint')}
          key={form.key('monthly_limit')}
          {...form.getInputProps('monthly_limit')}
        />
      </SimpleGrid>
    </FormBody>
  );
}

/** `5.000000` as one types it: `5` */
const trimmed = (amount: string): string => (amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount);
