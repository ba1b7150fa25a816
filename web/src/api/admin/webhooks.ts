import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../client.ts';
import { cursorPage, pages } from '../paging.ts';
import type { paths, WebhookEndpointBody, WebhookEndpointChanges } from '../schema.gen.ts';

type Query = NonNullable<paths['/api/v1/webhooks/deliveries']['get']['parameters']['query']>;
export type DeliveriesFilter = Pick<Query, 'endpoint_id' | 'status' | 'type' | 'user_id' | 'date_from' | 'date_to'>;

const at = (id: string) => ({ params: { path: { id } } });

/** The endpoints that receive events, newest first. */
export const webhookEndpoints = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'webhook endpoints'],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/webhooks/endpoints', { params: { query: cursorPage(pageParam) }, signal })),
  });

/** Deliveries of events, newest first. */
export const webhookDeliveries = (filter: DeliveriesFilter) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'webhook deliveries', filter],
    queryFn: ({ pageParam, signal }) =>
      pageOf(
        api.GET('/api/v1/webhooks/deliveries', { params: { query: { ...filter, ...cursorPage(pageParam) } }, signal }),
      ),
  });

/** A delivery with what is sent. */
export const webhookDelivery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'webhook delivery', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/webhooks/deliveries/{id}', { ...at(id), signal })),
  });

/** @returns the endpoint with its secret, which is shown only now */
export const createEndpoint = (body: WebhookEndpointBody) => bodyOf(api.POST('/api/v1/webhooks/endpoints', { body }));

export const changeEndpoint = (id: string, body: WebhookEndpointChanges) =>
  bodyOf(api.PATCH('/api/v1/webhooks/endpoints/{id}', { ...at(id), body }));

export const deleteEndpoint = (id: string) => bodyOf(api.DELETE('/api/v1/webhooks/endpoints/{id}', at(id)));

/** @returns the endpoint with its new secret; deliveries are signed with the old one as well for some seconds more */
export const rotateSecret = (id: string, grace_seconds: number) =>
  bodyOf(api.POST('/api/v1/webhooks/endpoints/{id}/rotate-secret', { ...at(id), body: { grace_seconds } }));

export const testEndpoint = (id: string) => bodyOf(api.POST('/api/v1/webhooks/endpoints/{id}/test', at(id)));

export const recoverEndpoint = (id: string, since: string) =>
  bodyOf(api.POST('/api/v1/webhooks/endpoints/{id}/recover', { ...at(id), body: { since } }));

export const resendDelivery = (id: string) => bodyOf(api.POST('/api/v1/webhooks/deliveries/{id}/resend', at(id)));
