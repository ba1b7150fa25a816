import type { User, UserManager } from 'oidc-client-ts';
import type { DashboardConfig } from './config.ts';
import { beginSession, session, type Session } from './session.ts';

/** The identity provider that signs people in. */
export type Provider = NonNullable<DashboardConfig['sign_in']['provider']>;

/** Marks the `state` of a sign-in that takes place in a window of its own. */
const IN_WINDOW = 'window';
const WINDOWS = 'tollgate.sign-in';

const library = () => import('oidc-client-ts');
let manager: Promise<UserManager> | undefined;

/**
 * oidc-client-ts (authorization code with PKCE), loaded only where a provider is configured. Verifier and tokens stay
 * in this tab's sessionStorage.
 */
async function managerOf(provider: Provider): Promise<UserManager> {
  manager ??= library().then(async ({ UserManager, WebStorageStateStore }) => {
    const store = new WebStorageStateStore({ store: sessionStorage, prefix: 'tollgate.oidc.' });
    const created = new UserManager({
      authority: provider.issuer,
      client_id: provider.client_id,
      redirect_uri: `${location.origin}/app/signed-in`,
      post_logout_redirect_uri: `${location.origin}/app/sign-in`,
      scope: provider.scope,
      ...(provider.resource !== null && { resource: provider.resource }),
      userStore: store,
      stateStore: store,
      automaticSilentRenew: false, // it would try an iframe where there is no refresh token
      loadUserInfo: false,
      monitorSession: false,
    });
    created.events.addAccessTokenExpiring(() => void renew(created, provider));
    await created.getUser(); // starts the timers of a session that was restored after a reload
    return created;
  });
  return manager;
}

/** Gets a new access token by the refresh token, where the provider gave one. If it fails, the dialog asks later. */
async function renew(client: UserManager, { resource }: Provider): Promise<void> {
  const user = await client.getUser();
  if (!user?.refresh_token || session()?.via !== 'provider') return;
  const renewed = await client.signinSilent(resource === null ? {} : { resource }).catch(() => null);
  if (renewed) beginSession(sessionOf(renewed));
}

const sessionOf = ({ access_token }: User): Session => ({ token: access_token, via: 'provider' });

/** Leaves for the provider's sign-in page. @param then path to return to afterwards */
export async function goToProvider(provider: Provider, then: string): Promise<void> {
  await (await managerOf(provider)).signinRedirect({ state: { then } });
}

/**
 * Opens the provider's sign-in page in a window of its own, so that the page behind stays as it is. That window sends
 * the address to which the provider returned: browsers cut other ties between the two.
 *
 * @returns once the window is open; `finished` is the session, which the caller begins
 */
export async function openSignInWindow(provider: Provider): Promise<{ finished: Promise<Session> }> {
  const client = await managerOf(provider);
  const { OidcClient } = await library();
  const { url, state } = await new OidcClient(client.settings, client.metadataService).createSigninRequest({
    request_type: 'si:r',
    url_state: IN_WINDOW,
  });
  const returned = addressFromWindow(`${state.id};${IN_WINDOW}`);
  window.open(url, '_blank', 'popup,width=480,height=680');
  return { finished: returned.then(async (address) => sessionOf(await client.signinRedirectCallback(address))) };
}

/** @returns the address to which the provider returned in another window, for one `state` */
async function addressFromWindow(state: string): Promise<string> {
  const channel = new BroadcastChannel(WINDOWS);
  return new Promise((resolve) => {
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
      if (stateOf(data) !== state) return;
      channel.close();
      resolve(data);
    });
  });
}

const stateOf = (address: string): string => new URL(address).searchParams.get('state') ?? '';

/**
 * Completes the return from the provider.
 *
 * @returns the path to go to, or null in a window of its own, which has nothing more to do
 */
export async function returnFromProvider(provider: Provider): Promise<string | null> {
  if (stateOf(location.href).endsWith(`;${IN_WINDOW}`)) {
    const channel = new BroadcastChannel(WINDOWS);
    channel.postMessage(location.href);
    channel.close();
    window.close();
    return null;
  }
  const user = await (await managerOf(provider)).signinRedirectCallback();
  beginSession(sessionOf(user));
  return (user.state as { then?: string } | undefined)?.then ?? '/';
}

/** Starts the renewal of a session that was restored after a reload. */
export async function keepRenewed(provider: Provider): Promise<void> {
  if (session()?.via === 'provider') await managerOf(provider);
}

/** Signs out at the provider, which returns to the sign-in page. @returns false if it has no page for that */
export async function leaveProvider(provider: Provider): Promise<boolean> {
  const client = await managerOf(provider);
  if ((await client.metadataService.getEndSessionEndpoint()) === undefined) {
    await client.removeUser();
    return false;
  }
  await client.signoutRedirect();
  return true;
}
