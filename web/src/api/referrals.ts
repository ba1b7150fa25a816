import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from './client.ts';
import { cursorPage, pages } from './paging.ts';

/** How the person invites others, and what it brought; null while there are no credits for it. */
export const invitation = () =>
  queryOptions({
    queryKey: ['invitation'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/referrals/me', { signal })),
  });

/** The users whom the person invited, newest first. */
export const invitedUsers = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['invited-users'],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/referrals', { params: { query: cursorPage(pageParam) }, signal })),
  });

/** Redeems the code of another user. */
export const redeemReferral = (code: string) => bodyOf(api.POST('/api/v1/referrals/redeem', { body: { code } }));
