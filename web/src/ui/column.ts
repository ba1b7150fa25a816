import type { ReactNode } from 'react';

/** A column of a table. */
export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Amounts and counts stand at the end. */
  isNumber?: boolean;
  /** Left out below 768 px. */
  isWideOnly?: boolean;
}

/** @returns the class of the cells of a column */
export function classOf<T>(column: Column<T> | undefined): string {
  return [column?.isNumber && 'end', column?.isWideOnly && 'wide-only'].filter(Boolean).join(' ');
}
