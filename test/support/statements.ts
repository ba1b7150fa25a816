import { jest } from '@jest/globals';
import pg from 'pg';

interface Connected {
  connectionParameters: { application_name?: string };
}

/** Records the statements that services and Prisma send from now on, by name or first word. */
export function statementsFromNow(): () => string[] {
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  spy.mockClear();
  return () =>
    spy.mock.calls.flatMap(([query], i) => {
      const { connectionParameters: connection } = spy.mock.contexts[i] as Connected;
      const { name, text = query } = query as unknown as { name?: string; text?: string };
      return connection.application_name === 'tollgate' ? [name ?? text.trim().split(/\s/)[0]!] : [];
    });
}
