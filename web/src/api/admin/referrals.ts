import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../client.ts';
import { cursorPage, pages } from '../paging.ts';
import type { ReferralProgramBody, ReferralState } from '../schema.gen.ts';

/** The terms of referrals; null if there is no program. */
export const referralProgram = () =>
  queryOptions({
    queryKey: ['admin', 'referral-program'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/referral-program', { signal })),
  });

export const setReferralProgram = (body: ReferralProgramBody) =>
  bodyOf(api.PUT('/api/v1/admin/referral-program', { body }));

export const removeReferralProgram = () => api.DELETE('/api/v1/admin/referral-program');

/** Referrals, newest first. */
export const referrals = (state: ReferralState | undefined) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'referrals', state],
    queryFn: ({ pageParam, signal }) =>
      pageOf(
        api.GET('/api/v1/admin/referrals', {
          params: { query: { ...(state && { state }), ...cursorPage(pageParam) } },
          signal,
        }),
      ),
  });

/** One referral. */
export const referral = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'referral', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/referrals/{id}', { params: { path: { id } }, signal })),
  });

export const revokeReferral = (id: string) =>
  bodyOf(api.POST('/api/v1/admin/referrals/{id}/revoke', { params: { path: { id } } }));
