import { Alert, Button, Card, CopyButton, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconUsersGroup } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { invitation, invitedUsers, redeemReferral } from '../api/referrals.ts';
import { RedeemReferralBody } from '../api/rules.gen.ts';
import type { InvitedUserView, MyReferralsView } from '../api/schema.gen.ts';
import { isZero } from '../lib/amount.ts';
import { useFormat } from '../lib/format.ts';
import { matches } from '../lib/rules.ts';
import { Amount } from '../ui/amount.tsx';
import type { Column } from '../ui/column.ts';
import { Figures } from '../ui/figures.tsx';
import { ListTable } from '../ui/list-table.tsx';
import { OwnAccount } from '../ui/own-account.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Loaded, useMessageOf } from '../ui/states.tsx';
import { ReferralBadge } from '../ui/referral-badge.tsx';
import { useSubmit } from '../ui/submit.ts';

const route = getRouteApi('/shell/invite');

/** The code with which one invites others, what it brought, and the code of who invited oneself. */
export function Invite() {
  const t = useTranslations('invite');
  const query = useQuery(invitation());
  return (
    <OwnAccount title={t('title')}>
      <Page title={t('title')} subtitle={t('subtitle')}>
        <Loaded query={query} height={320}>
          {(mine) =>
            mine === null ? (
              <Card>
                <Empty icon={<IconUsersGroup aria-hidden />} title={t('off')} text={t('offText')} />
              </Card>
            ) : (
              <Stack>
                {mine.redeem_until !== null && <Redeem mine={mine} until={mine.redeem_until} />}
                {mine.redeemed !== null && <Redeemed redeemed={mine.redeemed} />}
                <Own mine={mine} />
                <Invited />
              </Stack>
            )
          }
        </Loaded>
      </Page>
    </OwnAccount>
  );
}

function Own({ mine }: { mine: MyReferralsView }) {
  const t = useTranslations('invite');
  const format = useFormat();
  const { code, link, reward, min_paid, refund_days, invited, earned, pending } = mine;
  return (
    <Card component="section">
      <Stack>
        <div>
          <Title order={2}>{t('own')}</Title>
          <Text size="sm" c="dimmed">
            {t('terms', { reward: format.exact(reward), paid: format.money(min_paid, 'usd'), days: refund_days })}
          </Text>
        </div>
        <Copied label={t('code')} value={code} action={t('copyCode')} />
        {link !== null && <Copied label={t('link')} value={link} action={t('copyLink')} />}
        <Figures
          figures={[
            [t('invited'), format.count(invited)],
            [t('earned'), <Amount key="earned" value={earned} withUnit />],
            [t('pending'), <Amount key="pending" value={pending} withUnit />],
          ]}
        />
      </Stack>
    </Card>
  );
}

/** A value to hand on, with a button that copies it. */
function Copied({ label, value, action }: { label: string; value: string; action: string }) {
  const t = useTranslations('state');
  return (
    <Group align="end" gap="sm">
      <TextInput label={label} value={value} readOnly flex="1 1 240px" />
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? t('copied') : action}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

function Redeem({ mine, until }: { mine: MyReferralsView; until: string }) {
  const t = useTranslations();
  const format = useFormat();
  const messageOf = useMessageOf();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { code: route.useSearch().ref ?? '' },
    validate: { code: matches(RedeemReferralBody.code, t) },
  });
  const submit = useSubmit({ form, send: ({ code }) => redeemReferral(code), done: t('invite.redeemDone') });
  const field = form.getInputProps('code') as { error?: React.ReactNode };
  return (
    <Card component="section">
      <form noValidate aria-label={t('invite.redeem')} onSubmit={form.onSubmit((values) => submit.mutate(values))}>
        <Stack>
          <div>
            <Title order={2}>{t('invite.wasInvited')}</Title>
            <Text size="sm" c="dimmed">
              {t('invite.redeemText', { day: format.day(until) })} {useGift(mine)}
            </Text>
          </div>
          <Group align="flex-start" gap="sm">
            <TextInput
              label={t('invite.theirCode')}
              placeholder="K7MWXQ3HTB"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              key={form.key('code')}
              {...field}
              error={field.error ?? (submit.error && messageOf(submit.error))}
              flex="1 1 240px"
            />
            <Button type="submit" loading={submit.isPending} className="beside-field">
              {t('invite.redeem')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

/** Says what an invited user gets, and when; nothing if there are no credits. */
function useGift({ referred_credits, min_paid }: Pick<MyReferralsView, 'referred_credits' | 'min_paid'>): string {
  const t = useTranslations('invite');
  const format = useFormat();
  if (isZero(referred_credits)) return '';
  return t('gift', { credits: format.exact(referred_credits), paid: format.money(min_paid, 'usd') });
}

function Redeemed({ redeemed }: { redeemed: NonNullable<MyReferralsView['redeemed']> }) {
  const t = useTranslations('invite');
  const gift = useGift(redeemed);
  const { state, referred_credits } = redeemed;
  return (
    <Alert color={state === 'rewarded' ? 'teal' : 'gray'} title={t('isInvited')}>
      {state === 'pending' || isZero(referred_credits) ? gift : t(`states.${state}`)}
    </Alert>
  );
}

function Invited() {
  const t = useTranslations('invite');
  return (
    <section>
      <Title order={2} mb="sm">
        {t('listTitle')}
      </Title>
      <Card p={0} className="short-list">
        <ListTable
          label={t('listTitle')}
          query={useInfiniteQuery(invitedUsers())}
          columns={useColumns()}
          rowId={({ id }) => id}
          empty={<Empty title={t('none')} text={t('noneText')} />}
        />
      </Card>
    </section>
  );
}

function useColumns(): Column<InvitedUserView>[] {
  const t = useTranslations('invite');
  const format = useFormat();
  return [
    { id: 'created_at', header: t('since'), cell: ({ created_at }) => format.day(created_at) },
    {
      id: 'state',
      header: t('state'),
      cell: ({ state }) => <ReferralBadge state={state} />,
    },
    { id: 'reward', header: t('reward'), isNumber: true, cell: ({ reward }) => <Amount value={reward} /> },
    {
      id: 'rewarded_at',
      header: t('rewardedAt'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ rewarded_at }) => (rewarded_at === null ? '–' : format.day(rewarded_at)),
    },
  ];
}
