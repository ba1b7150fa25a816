import { infiniteQueryOptions } from '@tanstack/react-query';
import { defined } from '../lib/defined.ts';
import { api, bodyOf, pageOf } from './client.ts';
import { cursorPage, pages } from './paging.ts';
import type { BoostBody, BudgetBody, BudgetChangeBody } from './schema.gen.ts';

/** The budgets of an account, newest first. @param userId somebody else's account, for admins */
export const budgets = (userId?: string) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['budgets', userId ?? null],
    queryFn: ({ pageParam, signal }) => {
      const query = defined({ ...cursorPage(pageParam), user_id: userId });
      return pageOf(api.GET('/api/v1/budgets', { params: { query }, signal }));
    },
  });

const at = (id: string) => ({ params: { path: { id } } });

export const createBudget = (body: BudgetBody) => bodyOf(api.POST('/api/v1/budgets', { body }));

export const changeBudget = (id: string, body: BudgetChangeBody) =>
  bodyOf(api.PATCH('/api/v1/budgets/{id}', { ...at(id), body }));

/** Raises the limit of the running window. */
export const boostBudget = (id: string, body: BoostBody) =>
  bodyOf(api.POST('/api/v1/budgets/{id}/boost', { ...at(id), body }));

export const removeBudget = (id: string) => bodyOf(api.DELETE('/api/v1/budgets/{id}', at(id)));
