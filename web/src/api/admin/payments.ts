import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../client.ts';
import { offsetPage, pages, withOffset } from '../paging.ts';
import type { PaymentEventState } from '../schema.gen.ts';

/** Payments that wait for a decision, oldest first. */
export const heldPayments = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'held payments'],
    queryFn: async ({ pageParam, signal }) => {
      const query = offsetPage(pageParam);
      return withOffset(await pageOf(api.GET('/api/v1/payments/held', { params: { query }, signal })), pageParam);
    },
  });

/** Payments with a dispute, newest first. */
export const disputedPayments = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'disputed payments'],
    queryFn: async ({ pageParam, signal }) => {
      const query = offsetPage(pageParam);
      return withOffset(await pageOf(api.GET('/api/v1/payments/disputed', { params: { query }, signal })), pageParam);
    },
  });

/** Messages of the payment provider, newest first. */
export const paymentEvents = (state: PaymentEventState | undefined) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'payment events', state],
    queryFn: async ({ pageParam, signal }) => {
      const query = { state, ...offsetPage(pageParam) };
      return withOffset(await pageOf(api.GET('/api/v1/payments/events', { params: { query }, signal })), pageParam);
    },
  });

/** A payment with its refunds and disputes. */
export const paymentDetail = (payment_id: string) =>
  queryOptions({
    queryKey: ['admin', 'payment', payment_id],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/payments/{payment_id}', { params: { path: { payment_id } }, signal })),
  });
