import { Prisma } from '../../generated/prisma/client.js';
import type { PageSlice, Position } from './paging.js';

/** Prisma's arguments that read a slice of a list, newest first. Add {@link olderThan} to the conditions. */
export const newestFirst = ({ take, skip }: PageSlice) => ({
  orderBy: [{ created_at: 'desc' as const }, { id: 'desc' as const }],
  take,
  skip,
});

/** Prisma's condition for rows behind a position, newest first. The first part lets an index on created_at be used. */
export const olderThan = (after: Position | null) =>
  after
    ? {
        created_at: { lte: after.created_at },
        OR: [{ created_at: { lt: after.created_at } }, { id: { lt: after.id } }],
      }
    : {};

/** The same condition in SQL. */
export const olderThanSql = (after: Position | null): Prisma.Sql =>
  after ? Prisma.sql`(created_at, id) < (${after.created_at}, ${after.id}::uuid)` : Prisma.sql`true`;
