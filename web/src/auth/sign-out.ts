import { api } from '../api/client.ts';
import { dashboardConfig } from './config.ts';
import { leaveProvider } from './provider.ts';
import { endSession, session } from './session.ts';

/**
 * Ends the session here, and where it began: at the provider, or in the service for a portal link. The page is loaded
 * again, so that nothing of the person stays in memory.
 *
 * @param return_url page of the platform that sent the person here; null if there is none
 */
export async function signOut(return_url: string | null): Promise<void> {
  const via = session()?.via;
  const { provider } = dashboardConfig.sign_in;
  // a session that has ended already, or a service that is away: the tab forgets the token all the same
  if (via === 'portal') await api.DELETE('/api/v1/portal/sessions/current').catch(() => undefined);
  endSession();
  if (via === 'provider' && provider && (await leaveProvider(provider))) return;
  location.assign(return_url ?? '/app/sign-in');
}
