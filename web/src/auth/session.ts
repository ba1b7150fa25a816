import { useSyncExternalStore } from 'react';
import { actFor } from './acting.ts';

/**
 * A signed-in person. The token is kept in this tab only (sessionStorage): not in localStorage, which outlives the tab,
 * and not in a cookie, which other sites could make the browser send.
 */
export interface Session {
  token: string;
  via: 'provider' | 'token' | 'portal' | 'development';
}

interface State {
  current: Session | null;
  /** The token was refused: the person must sign in again, and the page stays as it is meanwhile. */
  is_interrupted: boolean;
}

const KEY = 'tollgate.session';
const listeners = new Set<() => void>();
let state: State = { current: restored(), is_interrupted: false };

function restored(): Session | null {
  const text = sessionStorage.getItem(KEY);
  return text === null ? null : (JSON.parse(text) as Session);
}

function change(next: State): void {
  state = next;
  if (next.current) sessionStorage.setItem(KEY, JSON.stringify(next.current));
  else sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

export const session = (): Session | null => state.current;

export function beginSession(next: Session): void {
  change({ current: next, is_interrupted: false });
}

export function endSession(): void {
  actFor(null);
  change({ current: null, is_interrupted: false });
}

/**
 * Called when the service refused a token. Nothing typed is lost: the page stays, and a dialog asks to sign in again.
 *
 * @param authorization the refused header; a token that was replaced meanwhile is ignored
 */
export function interruptSession(authorization: string | null): void {
  if (state.current && authorization === `Bearer ${state.current.token}` && !state.is_interrupted)
    change({ ...state, is_interrupted: true });
}

export function useSession(): State {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
