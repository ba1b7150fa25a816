import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { classOf, type Column } from './column.ts';

interface SmallTableProps<T> {
  /** Name of the table for screen readers. */
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowId: (row: T) => string;
  /** A row opens by click; its first cell must hold a button or link for the keyboard. */
  onOpen?: (row: T) => void;
  /** Shown instead of a table without rows. */
  empty: ReactNode;
}

/** A table of a few rows that are all there. It scrolls sideways where it is too wide. */
export function SmallTable<T>({ label, rows, columns, rowId, onOpen, empty }: SmallTableProps<T>) {
  if (rows.length === 0)
    return typeof empty === 'string' ? (
      <Text size="sm" c="dimmed" p="md">
        {empty}
      </Text>
    ) : (
      empty
    );
  return (
    <div className="sideways" tabIndex={0} role="region" aria-label={label}>
      <table className="list">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={classOf(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row)} {...(onOpen && { 'data-row': true, onClick: () => onOpen(row) })}>
              {columns.map((column) => (
                <td key={column.id} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
