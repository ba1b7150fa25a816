import type { Page } from './client.ts';

export const PAGE_SIZE = 50;

/** Position in a list of pages: the cursor of the service, or null for the first page. */
export type PagePosition = string | null;

/** @returns the query parameters of a page; only the first one asks for the size of the list */
export const cursorPage = (at: PagePosition) =>
  at === null ? { limit: PAGE_SIZE, count: true } : { limit: PAGE_SIZE, cursor: at };

/** @returns the query parameters of a page of a list without cursors */
export const offsetPage = (at: PagePosition) => ({ limit: PAGE_SIZE, offset: Number(at ?? 0) });

/** Adds the position of the next page to a page that was read by {@link offsetPage}. A full page may have one. */
export function withOffset<T>(page: Page<T>, at: PagePosition): Page<T> {
  const next = page.items.length < PAGE_SIZE ? null : String(Number(at ?? 0) + PAGE_SIZE);
  return { ...page, next };
}

/** What all endless lists have in common. */
export const pages = {
  initialPageParam: null as PagePosition,
  getNextPageParam: ({ next }: { next: PagePosition }) => next,
};
