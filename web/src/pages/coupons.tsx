import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconGift } from '@tabler/icons-react';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../api/client.ts';
import { redemptions } from '../api/coupons.ts';
import { me } from '../api/queries.ts';
import { RedeemBody } from '../api/rules.gen.ts';
import type { RedeemedCouponView } from '../api/schema.gen.ts';
import { isZero } from '../lib/amount.ts';
import { useFormat } from '../lib/format.ts';
import { matches } from '../lib/rules.ts';
import { Amount } from '../ui/amount.tsx';
import { useCouponWorth } from '../ui/coupon-worth.ts';
import type { Column } from '../ui/column.ts';
import { ListTable } from '../ui/list-table.tsx';
import { Page } from '../ui/page.tsx';
import { may } from '../ui/pages.ts';
import { Empty, useMessageOf } from '../ui/states.tsx';
import { useSubmit } from '../ui/submit.ts';
import { Welcome } from './coupons/welcome.tsx';

const route = getRouteApi('/shell/coupons');

/** Redeems codes and shows which ones were redeemed. */
export function Coupons() {
  const t = useTranslations('coupons');
  const { data: viewer } = useSuspenseQuery(me());
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      {may(viewer, 'balance:read') && <Welcome />}
      <Card>
        <RedeemForm />
      </Card>
      <section>
        <Title order={2} mb="sm">
          {t('redeemedTitle')}
        </Title>
        <Card p={0} className="short-list">
          <ListTable
            label={t('redeemedTitle')}
            query={useInfiniteQuery(redemptions())}
            columns={useColumns()}
            rowId={({ code }) => code}
            empty={<Empty title={t('none')} text={t('noneText')} />}
          />
        </Card>
      </section>
    </Page>
  );
}

/** A refusal stands at the field, in the service's own words. */
function RedeemForm() {
  const t = useTranslations();
  const messageOf = useMessageOf();
  const worth = useCouponWorth();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { code: route.useSearch().code ?? '' },
    validate: { code: matches(RedeemBody.code, t) },
  });
  const submit = useSubmit({
    form,
    send: ({ code }, key) =>
      bodyOf(
        api.POST('/api/v1/credits/coupons/redeem', {
          body: { code },
          params: { header: { 'Idempotency-Key': key } },
        }),
      ),
    done: t('coupons.done'),
    onDone: () => form.setValues({ code: '' }),
  });
  const field = form.getInputProps('code') as { error?: React.ReactNode };
  return (
    <form noValidate aria-label={t('nav.redeem')} onSubmit={form.onSubmit((values) => submit.mutate(values))}>
      <Stack>
        <Group align="flex-start" gap="sm">
          <TextInput
            label={t('coupons.code')}
            placeholder="WELCOME-10"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            leftSection={<IconGift size={16} aria-hidden />}
            key={form.key('code')}
            {...field}
            error={field.error ?? (submit.error && messageOf(submit.error))}
            flex="1 1 240px"
          />
          <Button type="submit" loading={submit.isPending} className="beside-field">
            {t('coupons.redeem')}
          </Button>
        </Group>
        {submit.data && (
          <Alert color="teal" role="status" title={t('coupons.redeemed', { code: submit.data.code })}>
            {worth(submit.data)}
          </Alert>
        )}
      </Stack>
    </form>
  );
}

function useColumns(): Column<RedeemedCouponView>[] {
  const t = useTranslations('coupons');
  const format = useFormat();
  const worth = useCouponWorth();
  return [
    { id: 'code', header: t('code'), cell: ({ code }) => <Text size="sm">{code}</Text> },
    { id: 'worth', header: t('worth'), cell: worth },
    { id: 'description', header: t('description'), isWideOnly: true, cell: ({ description }) => description },
    {
      id: 'credits',
      header: t('awarded'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ credits_awarded }) => (isZero(credits_awarded) ? '–' : <Amount value={credits_awarded} isChange />),
    },
    { id: 'redeemed_at', header: t('when'), isNumber: true, cell: ({ redeemed_at }) => format.day(redeemed_at) },
  ];
}
