import { redirect } from '@tanstack/react-router';
import { queries } from '../api/cache.ts';
import { Problem } from '../api/problem.ts';
import { me } from '../api/queries.ts';
import type { MeView } from '../api/schema.gen.ts';
import { actFor, actingFor } from './acting.ts';
import { endSession } from './session.ts';

/** The way to the sign-in page, and back. */
export const toSignIn = (then: string) => redirect({ to: '/sign-in', search: { then }, replace: true });

/** Who is signed in. A session that had ended before the page was opened leads to the sign-in page, and back. */
export async function viewer(href: string): Promise<MeView> {
  try {
    return await queries.query({ ...me(), staleTime: 'static' });
  } catch (error) {
    if (error instanceof Problem && error.status === 404 && actingFor() !== null) return ownAccount();
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    endSession();
    throw toSignIn(href);
  }
}

/** Goes on for the own account, where the organization does not know the person any more. The page is loaded again. */
function ownAccount(): Promise<never> {
  actFor(null);
  location.assign('/app/');
  return new Promise(() => undefined);
}
