import type { InfiniteData } from '@tanstack/react-query';
import type { Page } from './client.ts';

export const PAGE_SIZE = 50;

/** Position in a list of pages: the cursor of the service, or null for the first page. */
export type PagePosition = string | null;

/** @returns the query parameters of a page */
export const cursorPage = (at: PagePosition) => ({ limit: PAGE_SIZE, ...(at !== null && { cursor: at }) });

/** @returns the same of a list whose first page comes with the size of the list. The service counts all of it for that. */
export const countedPage = (at: PagePosition) => ({ ...cursorPage(at), ...(at === null && { count: true }) });

/** @returns the query parameters of a page of a list without cursors */
export const offsetPage = (at: PagePosition) => ({ limit: PAGE_SIZE, offset: Number(at ?? 0) });

/** Adds the position of the next page to a page that was read by {@link offsetPage}. A full page may have one. */
export function withOffset<T>(page: Page<T>, at: PagePosition): Page<T> {
  const next = page.items.length < PAGE_SIZE ? null : String(Number(at ?? 0) + PAGE_SIZE);
  return { ...page, next };
}

/** @returns the size of a list: as the service counted it, or once all of it is loaded; null while it is unknown */
export function sizeOf<T>(loaded: InfiniteData<Page<T>> | undefined): number | null {
  const counted = loaded?.pages[0]?.total ?? null;
  if (loaded === undefined || counted !== null) return counted;
  return loaded.pages.at(-1)?.next === null ? loaded.pages.reduce((sum, { items }) => sum + items.length, 0) : null;
}

/** What all endless lists have in common. */
export const pages = {
  initialPageParam: null as PagePosition,
  getNextPageParam: ({ next }: { next: PagePosition }) => next,
};
