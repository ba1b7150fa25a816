import { useVirtualizer } from '@tanstack/react-virtual';
import { type InfiniteData, type UseInfiniteQueryResult } from '@tanstack/react-query';
import { Skeleton } from '@mantine/core';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { Page } from '../api/client.ts';
import { sizeOf } from '../api/paging.ts';
import { classOf, type Column } from './column.ts';
import { Later } from './later.tsx';
import { ProblemAlert } from './states.tsx';

const HEIGHT = 420;
const ROW_HEIGHT = 53;
const FETCH_AHEAD_ROWS = 20;
const OVERSCAN_ROWS = 12;

interface ListTableProps<T> {
  /** Name of the table for screen readers. */
  label: string;
  query: UseInfiniteQueryResult<InfiniteData<Page<T>>>;
  columns: readonly Column<T>[];
  rowId: (row: T) => string;
  onOpen?: (row: T) => void;
  empty: ReactNode;
}

/**
 * A list of any length that loads its pages as one scrolls. Only the rows in view are in the document; it stays a table
 * to a screen reader. A row opens by click; its first cell must hold a button or link for the keyboard.
 */
export function ListTable<T extends object>({ empty, ...table }: ListTableProps<T>) {
  const { query } = table;
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  if (query.isPending) return <Skeleton h={HEIGHT} w="auto" m="md" data-loading />;
  if (query.error && rows.length === 0)
    return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  if (rows.length === 0) return <>{empty}</>;
  return (
    <Later height={HEIGHT}>
      <Rows {...table} rows={rows} />
    </Later>
  );
}

type RowsProps<T> = Omit<ListTableProps<T>, 'empty'> & { rows: T[] };

function Rows<T extends object>({ label, query, columns, rowId, onOpen, rows }: RowsProps<T>) {
  'use no memo'; // the virtualizer changes in place
  const total = sizeOf(query.data);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN_ROWS,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && last >= rows.length - FETCH_AHEAD_ROWS) void fetchNextPage();
  }, [hasNextPage, isFetching, last, rows.length, fetchNextPage]);
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <>
      {query.error && <ProblemAlert error={query.error} onRetry={() => void query.fetchNextPage()} />}
      <div className="scroller" ref={scroller} tabIndex={0} role="region" aria-label={label}>
        <table className="list" aria-rowcount={total === null ? -1 : total + 1} aria-busy={query.isFetching}>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <th key={column.id} scope="col" className={classOf(column)}>
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap height={items[0]?.start ?? 0} columns={columns.length} />
            {items.map(({ index }) => {
              const row = rows[index];
              if (!row) return null;
              return (
                <tr key={rowId(row)} aria-rowindex={index + 2} data-row onClick={() => onOpen?.(row)}>
                  {columns.map((column) => (
                    <td key={column.id} className={classOf(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
            <Gap height={after} columns={columns.length} />
          </tbody>
        </table>
      </div>
    </>
  );
}

function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr className="gap" aria-hidden>
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
