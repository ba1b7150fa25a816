import pg, { type PoolClient } from 'pg';

const TEXT_SHOWN_MAX_CHARACTERS = 120;

type Query = (...given: unknown[]) => unknown;
type Callback = (...result: unknown[]) => void;

/**
 * Reports statements of a connection that take `slow_ms` or longer, by name or by the beginning of their text. The text
 * contains placeholders, never values.
 */
export function watchStatements(client: PoolClient, slow_ms: number, tell: (statement: string, ms: number) => void) {
  const { prototype } = pg.Client as unknown as { prototype: { query: Query } };
  const query: Query = (...given) => prototype.query.apply(client, given);
  const watched: Query = (...given) => {
    const started_ms = performance.now();
    const ended = (): void => {
      const ms = Math.round(performance.now() - started_ms);
      if (ms >= slow_ms) tell(nameOf(given[0]), ms);
    };
    const last = given.at(-1);
    if (typeof last === 'function') {
      const callback = last as Callback;
      return query(...given.slice(0, -1), (...result: unknown[]) => {
        ended();
        callback(...result);
      });
    }
    const result = query(...given);
    if (result instanceof Promise) result.then(ended, ended);
    return result;
  };
  client.query = watched as PoolClient['query'];
}

function nameOf(statement: unknown): string {
  if (typeof statement === 'string') return shortened(statement);
  const { name, text } = statement as { name?: string; text?: string };
  return name ?? shortened(text ?? 'a statement without a text');
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > TEXT_SHOWN_MAX_CHARACTERS ? `${line.slice(0, TEXT_SHOWN_MAX_CHARACTERS)}…` : line;
}
