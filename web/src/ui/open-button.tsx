import type { ReactNode } from 'react';

/** The first cell of a row that opens: the row takes the click, this button the keyboard. */
export function OpenButton({ children }: { children: ReactNode }) {
  return (
    <button type="button" className="list-link">
      {children}
    </button>
  );
}
