import { PORTAL_SCOPES } from '../../src/portal/portal-sessions.dto.js';
import type { Json, TestEnv } from './factories.js';

/** A portal session as its creator gets it. */
export type PortalSession = Json & { id: string; token: string; url: string };

/** Creates a portal session of a user, as the platform does; with all scopes by default. */
export async function portalSession(
  w: TestEnv,
  user_id: string,
  scopes: readonly string[] = PORTAL_SCOPES,
  more: object = {},
): Promise<PortalSession> {
  return (await w.done('portal/sessions', { user_id, scopes, ...more }, { token: w.service })) as PortalSession;
}
