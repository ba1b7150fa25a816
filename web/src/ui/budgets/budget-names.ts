import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { apiKeys } from '../../api/api-keys.ts';
import { me } from '../../api/queries.ts';
import type { ApiKeyView, BudgetView } from '../../api/schema.gen.ts';
import type { AmountText } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { may } from '../pages.ts';

/** What a budget can be about. */
export const SUBJECTS = ['account', 'key', 'service', 'model', 'tag', 'member'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** The keys of an account, for a session that may see them. @param userId somebody else's account, for admins */
export function useKeys(userId?: string): ApiKeyView[] {
  const { data: viewer } = useSuspenseQuery(me());
  const { data } = useInfiniteQuery({ ...apiKeys(userId), enabled: may(viewer, 'keys:manage') });
  return data?.pages.flatMap(({ items }) => items) ?? [];
}

/** @returns names what a budget is about. @param userId somebody else's account, for admins */
export function useBudgetName(userId?: string): (budget: BudgetView) => string {
  const t = useTranslations('budgets');
  const keys = useKeys(userId);
  return ({ scope: { api_key_id, service, model, tag, member_id } }) => {
    if (api_key_id !== null) {
      const name = keys.find(({ id }) => id === api_key_id)?.name ?? `${api_key_id.slice(0, 8)}…`;
      return t('keyNamed', { name });
    }
    const [kind, name] =
      Object.entries({ service, model, tag, member: member_id }).find(([, value]) => value !== null) ?? [];
    return kind === undefined ? t('all') : t(`named.${kind as 'service'}`, { name: name ?? '' });
  };
}

/** @returns writes an amount in the unit of a budget, without the unit */
export function useBudgetAmount(): (budget: Pick<BudgetView, 'unit'>, value: AmountText) => string {
  const format = useFormat();
  return ({ unit }, value) => (unit === 'credits' ? format.cents(value) : format.exact(value, 0));
}
