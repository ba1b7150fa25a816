import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK, type JWTPayload } from 'jose';
import Provider from 'oidc-provider';
import { listen } from './listen.js';

export const OIDC_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
export type OidcAlgorithm = (typeof OIDC_ALGORITHMS)[number];

const CLIENT_SECRET = 'a secret that only these tests know';
const TOKEN_TTL_S = 300;

/** A real OpenID provider on its own port, whose clients represent users. */
export interface Oidc {
  issuer: string;
  audience: string;
  /** Requested paths so far, to count fetches of keys. */
  requests: string[];
  /** A token from the provider's token endpoint; its `sub` is the user. */
  token: (user_id: string, alg: OidcAlgorithm, claims?: JWTPayload) => Promise<string>;
  /** A token with any payload, signed with the provider's own current key. */
  forge: (alg: OidcAlgorithm, payload: JWTPayload) => Promise<string>;
  /** Public half of the current key. */
  publicKey: (alg: OidcAlgorithm) => JWK;
  /** Replaces every key. */
  rotate: () => Promise<void>;
  /** Whether it answers everything with 503. */
  setAway: (away: boolean) => void;
  stop: () => Promise<void>;
}

export async function startOidc(users: readonly string[], audience = 'tollgate-tests'): Promise<Oidc> {
  let handler: RequestListener = () => undefined;
  let isAway = false;
  const requests: string[] = [];
  const claimsOf = new Map<string, JWTPayload>();
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (isAway) response.writeHead(503).end();
    else handler(request, response);
  });
  const issuer = await listen(server);
  let keys: JWK[] = [];
  const rotate = async (): Promise<void> => {
    keys = await Promise.all(OIDC_ALGORITHMS.map(makeKey));
    const provider = new Provider(issuer, configuration(users, audience, keys, claimsOf));
    const callback = provider.callback();
    handler = (request: IncomingMessage, response) => void callback(request, response);
  };
  await rotate();
  const keyOf = (alg: OidcAlgorithm): JWK => keys.find((key) => key.alg === alg)!;
  return {
    issuer,
    audience,
    requests,
    token: async (user_id, alg, claims = {}) => {
      claimsOf.set(user_id, claims);
      return requestToken(issuer, user_id, alg);
    },
    forge: async (alg, payload) =>
      new SignJWT(payload).setProtectedHeader({ alg, kid: keyOf(alg).kid! }).sign(await importJWK(keyOf(alg), alg)),
    publicKey: (alg) => ({
      ...keyOf(alg),
      d: undefined,
      p: undefined,
      q: undefined,
      dp: undefined,
      dq: undefined,
      qi: undefined,
    }),
    rotate,
    setAway: (away) => (isAway = away),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Stores nothing: tokens are JWTs, and clients are configured. */
class Forgetful {
  upsert = (): Promise<void> => Promise.resolve();
  find = (): Promise<void> => Promise.resolve();
  findByUid = (): Promise<void> => Promise.resolve();
  findByUserCode = (): Promise<void> => Promise.resolve();
  consume = (): Promise<void> => Promise.resolve();
  destroy = (): Promise<void> => Promise.resolve();
  revokeByGrantId = (): Promise<void> => Promise.resolve();
}

async function makeKey(alg: OidcAlgorithm): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: randomUUID() };
}

function configuration(users: readonly string[], audience: string, keys: JWK[], claimsOf: Map<string, JWTPayload>) {
  return {
    jwks: { keys },
    adapter: Forgetful,
    ttl: { ClientCredentials: TOKEN_TTL_S },
    clients: users.map((client_id) => ({
      client_id,
      client_secret: CLIENT_SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    extraTokenClaims: (_context: unknown, token: { clientId: string }) => claimsOf.get(token.clientId),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        // the requested resource determines the algorithm
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: 'api',
          audience,
          accessTokenTTL: TOKEN_TTL_S,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: resource.split('/').at(-1) } },
        }),
      },
    },
  };
}

async function requestToken(issuer: string, user_id: string, alg: OidcAlgorithm): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${encodeURIComponent(user_id)}:${encodeURIComponent(CLIENT_SECRET)}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'api',
      resource: `https://tollgate.test/${alg}`,
    }),
  });
  const body = (await response.json()) as { access_token?: string };
  if (body.access_token === undefined) throw new Error(`no token: ${JSON.stringify(body)}`);
  return body.access_token;
}
