import { Anchor, Button, Card, Center, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { acceptInvitation, offer } from '../api/organizations.ts';
import type { InvitationOfferView } from '../api/schema.gen.ts';
import { actFor, switchTo } from '../auth/acting.ts';
import { session } from '../auth/session.ts';
import { Brand } from '../ui/brand.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { Loaded, ProblemAlert } from '../ui/states.tsx';
import { BURN_ORDERS, type BurnOrder } from './organization/burn-orders.ts';

const KEY = 'tollgate.invitation';

/**
 * Reads the token of the link and takes it out of the address. It is kept in the tab, because somebody who is not signed in
 * leaves the page to sign in, and comes back.
 */
function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return sessionStorage.getItem(KEY) ?? '';
  sessionStorage.setItem(KEY, token);
  history.replaceState(history.state, '', location.pathname);
  // the invitation is for the person, whatever organization it acts for
  actFor(null);
  return token;
}

/** Where the link of an invitation leads: sign in first, then accept. */
export function Invitation() {
  const t = useTranslations('organization');
  const [token] = useState(takeToken);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Card w="100%" maw={460} padding="xl" shadow="md">
        <Stack>
          <Brand />
          {session() === null ? (
            <>
              <Title order={1} fz="h3">
                {t('invited')}
              </Title>
              <Text size="sm">{t('invitedText')}</Text>
              <ButtonLink to="/sign-in" search={{ then: '/invitation' }}>
                {t('signInToAccept')}
              </ButtonLink>
            </>
          ) : (
            <Offer token={token} />
          )}
        </Stack>
      </Card>
    </Center>
  );
}

function Offer({ token }: { token: string }) {
  const t = useTranslations('organization');
  const query = useQuery(offer(token));
  return (
    <>
      <Title order={1} fz="h3">
        {query.data ? t('invitedTo', { name: query.data.organization }) : t('invited')}
      </Title>
      <Loaded query={query} height={160}>
        {(view) =>
          view.state === 'open' ? <Accept token={token} view={view} /> : <Text>{t(`ended.${view.state}`)}</Text>
        }
      </Loaded>
      <Anchor component={Link} to="/" size="sm">
        {t('toDashboard')}
      </Anchor>
    </>
  );
}

function Accept({ token, view: { email, role } }: { token: string; view: InvitationOfferView }) {
  const t = useTranslations('organization');
  const [burn_order, setBurnOrder] = useState<BurnOrder>('own_first');
  const accept = useMutation({
    mutationFn: () => acceptInvitation({ token, burn_order }),
    onSuccess: ({ organization_id }) => {
      sessionStorage.removeItem(KEY);
      switchTo(organization_id);
    },
  });
  return (
    <>
      <Text size="sm">{t('offerText', { email, role: t(`roles.${role}`) })}</Text>
      <Select
        label={t('payer')}
        description={t('payerText')}
        allowDeselect={false}
        data={BURN_ORDERS.map((value) => ({ value, label: t(`burnOrders.${value}`) }))}
        value={burn_order}
        onChange={(value) => value && setBurnOrder(value)}
      />
      {accept.error && <ProblemAlert error={accept.error} />}
      <Button loading={accept.isPending} onClick={() => accept.mutate()}>
        {t('accept')}
      </Button>
    </>
  );
}
