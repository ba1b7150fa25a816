import type { TokenSigner } from '../auth/token-signer.js';

const TOKEN_TTL_S = 7 * 24 * 60 * 60;

/** The two people of the development mode. */
export const DEMO_USERS = { user: 'demo-user', admin: 'demo-admin' } as const;
export type DemoRole = keyof typeof DEMO_USERS;

/** Returns a token of a demo user, good for seven days. Only for the development mode (`config.is_development`). */
export function demoToken(signer: TokenSigner, role: DemoRole): Promise<string> {
  return signer.signToken({ user_id: DEMO_USERS[role], roles: [role], ttl_s: TOKEN_TTL_S });
}
