import { Alert } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { payments } from '../../api/billing.ts';

const route = getRouteApi('/shell/billing');
const POLL_MS = 3_000;

/** What a person sees who comes back from the checkout page (`?result=paid` or `canceled`). */
export function Returned() {
  const t = useTranslations('billing');
  const { result } = route.useSearch();
  const queries = useQueryClient();
  const isBack = result === 'paid';
  const { data } = useInfiniteQuery({
    ...payments(),
    // the provider confirms a payment a moment after it has sent the person back
    refetchInterval: ({ state }) => (isBack && isUnderWay(state.data?.pages[0]?.items[0]?.status) ? POLL_MS : false),
  });
  const status = data?.pages[0]?.items[0]?.status;
  const isArrived = isBack && status === 'paid';
  useEffect(() => {
    if (isArrived) void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'payments' });
  }, [isArrived, queries]);
  if (result === 'canceled') return <Alert color="gray">{t('canceled')}</Alert>;
  if (!isBack || status === undefined) return null;
  if (isUnderWay(status))
    return (
      <Alert color="blue" role="status">
        {t('arriving')}
      </Alert>
    );
  return isArrived ? (
    <Alert color="teal" role="status">
      {t('arrived')}
    </Alert>
  ) : null;
}

const isUnderWay = (status: string | undefined): boolean => status === 'open' || status === 'processing';
