import type { UserManager } from 'oidc-client-ts';
import type { DashboardConfig } from './config.ts';
import { beginSession, endSession, session } from './session.ts';

type Provider = NonNullable<DashboardConfig['sign_in']['provider']>;

let manager: Promise<UserManager> | undefined;

/**
 * oidc-client-ts (authorization code with PKCE), loaded only where a provider is configured. Verifier and tokens stay
 * in this tab's sessionStorage. Access tokens are renewed before they expire, by refresh token where the provider gives
 * one.
 */
async function managerOf(provider: Provider): Promise<UserManager> {
  manager ??= import('oidc-client-ts').then(({ UserManager, WebStorageStateStore }) => {
    const store = new WebStorageStateStore({ store: sessionStorage, prefix: 'tollgate.oidc.' });
    const created = new UserManager({
      authority: provider.issuer,
      client_id: provider.client_id,
      redirect_uri: `${location.origin}/app/signed-in`,
      popup_redirect_uri: `${location.origin}/app/signed-in`,
      post_logout_redirect_uri: `${location.origin}/app/sign-in`,
      scope: provider.scope,
      ...(provider.resource !== null && { resource: provider.resource }),
      userStore: store,
      stateStore: store,
      automaticSilentRenew: true,
      loadUserInfo: false,
      monitorSession: false,
    });
    created.events.addUserLoaded(({ access_token }) => beginSession({ token: access_token, via: 'provider' }));
    return created;
  });
  return manager;
}

/** Leaves for the provider's sign-in page. @param then path to return to afterwards */
export async function goToProvider(provider: Provider, then: string): Promise<void> {
  await (await managerOf(provider)).signinRedirect({ state: { then } });
}

/** Signs in again in a window of its own, so that the page behind stays as it is. */
export async function renewInWindow(provider: Provider): Promise<void> {
  await (await managerOf(provider)).signinPopup();
}

/** Completes the return from the provider. @returns the path to go to, or null in a window that closes itself */
export async function returnFromProvider(provider: Provider): Promise<string | null> {
  const user = await (await managerOf(provider)).signinCallback();
  if (!user) return null;
  beginSession({ token: user.access_token, via: 'provider' });
  return (user.state as { then?: string } | undefined)?.then ?? '/';
}

/** Starts the renewal of a session that was restored after a reload. */
export async function keepRenewed(provider: Provider): Promise<void> {
  if (session()?.via === 'provider') await managerOf(provider);
}

/** Ends the session here, and at the provider where it began there. */
export async function signOut(config: DashboardConfig | undefined): Promise<void> {
  const via = session()?.via;
  endSession();
  const provider = config?.sign_in.provider;
  if (via === 'provider' && provider) await (await managerOf(provider)).signoutRedirect();
}
