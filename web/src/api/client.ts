import createClient, { type Middleware } from 'openapi-fetch';
import { actingFor } from '../auth/acting.ts';
import { interruptSession, session } from '../auth/session.ts';
import { Problem } from './problem.ts';
import type { paths } from './schema.gen.ts';

const credentials: Middleware = {
  onRequest({ request }) {
    const token = session()?.token;
    if (token && !request.headers.has('authorization')) request.headers.set('authorization', `Bearer ${token}`);
    const account = actingFor();
    if (account !== null) request.headers.set('x-tollgate-account', account);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    if (response.status === 401) interruptSession(request.headers.get('authorization'));
    throw await Problem.from(response);
  },
  onError({ error }) {
    return error instanceof Error && error.name === 'AbortError' ? error : new Problem(0, {});
  },
};

/** The service's API. Requests carry the session's token and the account that they are for; failed ones throw a {@link Problem}. */
export const api = createClient<paths>({ baseUrl: location.origin });
api.use(credentials);

type Answer<T> = Promise<{ data?: T; response: Response }>;

/** @returns the body of a successful response */
export async function bodyOf<T>(answer: Answer<T>): Promise<T> {
  const { data } = await answer;
  return data as T;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Cursor of the next page; null on the last one. */
  next: string | null;
  /** Size of the whole list, where it was asked for. */
  total: number | null;
}

/** @returns a list with what its headers say: the cursor of the next page and the total count */
export async function pageOf<T>(answer: Answer<T[]>): Promise<Page<T>> {
  const { data = [], response } = await answer;
  const total = response.headers.get('x-total-count');
  return { items: data, next: response.headers.get('x-next-cursor'), total: total === null ? null : Number(total) };
}

/** File formats that the service makes. */
export type ExportFormat = 'csv' | 'xlsx' | 'json';

/** A file that the service made, with the name that it gave. */
export interface SavedFile {
  content: Blob;
  name: string | null;
}

/** @returns the file of a response that was requested with `parseAs: 'blob'` */
export async function fileOf(answer: Answer<unknown>): Promise<SavedFile> {
  const { data, response } = await answer;
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? null;
  return { content: data as Blob, name };
}

/** Opens the browser's save dialog. A plain link cannot carry the Authorization header. */
export function saveFile({ content, name }: SavedFile, fallbackName: string): void {
  const url = URL.createObjectURL(content);
  const link = Object.assign(document.createElement('a'), { href: url, download: name ?? fallbackName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
