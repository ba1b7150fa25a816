import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from './client.ts';
import { cursorPage, pages } from './paging.ts';
import type { ContactBody, PreferencesBody } from './schema.gen.ts';

const UNREAD_EVERY_MS = 60_000;

/** What the person was told, newest first. */
export const inbox = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['notifications'],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/me/notifications', { params: { query: cursorPage(pageParam) }, signal })),
  });

/** How many notifications are unread. */
export const unread = () =>
  queryOptions({
    queryKey: ['notifications', 'unread'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/me/notifications/unread', { signal })),
    refetchInterval: UNREAD_EVERY_MS,
  });

export const readNotification = (id: string) =>
  bodyOf(api.POST('/api/v1/me/notifications/{id}/read', { params: { path: { id } } }));

export const readAllNotifications = () => bodyOf(api.POST('/api/v1/me/notifications/read'));

/** What the person wants to be told. */
export const notificationPreferences = () =>
  queryOptions({
    queryKey: ['notification-preferences'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/me/notification-preferences', { signal })),
  });

export const changeNotificationPreferences = (body: PreferencesBody) =>
  bodyOf(api.PUT('/api/v1/me/notification-preferences', { body }));

/** The address to which the person's mails are sent. */
export const contact = () =>
  queryOptions({
    queryKey: ['contact'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/me/contact', { signal })),
  });

export const changeContact = (body: ContactBody) => bodyOf(api.PUT('/api/v1/me/contact', { body }));

/** Confirms an address with the token of a link. */
export const confirmContact = (token: string) => bodyOf(api.POST('/api/v1/me/contact/confirm', { body: { token } }));
