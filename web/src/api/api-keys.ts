import { infiniteQueryOptions } from '@tanstack/react-query';
import { defined } from '../lib/defined.ts';
import { api, bodyOf, pageOf } from './client.ts';
import { cursorPage, pages } from './paging.ts';
import type { ApiKeyBody, ApiKeyChanges } from './schema.gen.ts';

/** The API keys of an account, newest first. @param userId somebody else's account, for admins */
export const apiKeys = (userId?: string) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['api-keys', userId ?? null],
    queryFn: ({ pageParam, signal }) => {
      const query = defined({ ...cursorPage(pageParam), user_id: userId });
      return pageOf(api.GET('/api/v1/api-keys', { params: { query }, signal }));
    },
  });

const at = (id: string) => ({ params: { path: { id } } });

/** @returns the new key with its secret, which the service gives only here */
export const createKey = (body: ApiKeyBody) => bodyOf(api.POST('/api/v1/api-keys', { body }));

/** @returns the key with its new secret; the old one works for some seconds more */
export const rotateKey = (id: string, grace_seconds: number) =>
  bodyOf(api.POST('/api/v1/api-keys/{id}/rotate', { ...at(id), body: { grace_seconds } }));

export const changeKey = (id: string, body: ApiKeyChanges) =>
  bodyOf(api.PATCH('/api/v1/api-keys/{id}', { ...at(id), body }));

export const pauseKey = (id: string) => bodyOf(api.POST('/api/v1/api-keys/{id}/pause', { ...at(id), body: {} }));

export const resumeKey = (id: string) => bodyOf(api.POST('/api/v1/api-keys/{id}/resume', at(id)));

/** The key never works again. */
export const revokeKey = (id: string) => bodyOf(api.DELETE('/api/v1/api-keys/{id}', at(id)));
