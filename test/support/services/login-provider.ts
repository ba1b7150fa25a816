import { createServer, type RequestListener } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { listen } from './listen.js';

export interface LoginProviderOptions {
  client_id: string;
  audience: string;
  /** Life of an access token. The dashboard renews it a minute before its end. */
  access_token_ttl_s?: number;
}

/** A real OpenID provider with its own pages for sign-in and consent, for people in a browser. */
export interface LoginProvider {
  issuer: string;
  /** Requested paths so far. */
  requests: string[];
  /** Lets people come back there. It is known only when the service listens, which needs the issuer before. */
  allow: (redirect_uri: string) => void;
  stop: () => Promise<void>;
}

/** Starts a provider: authorization code flow with PKCE, refresh tokens. */
export async function startLoginProvider(options: LoginProviderOptions): Promise<LoginProvider> {
  let handler: RequestListener = (_request, response) => response.writeHead(503).end();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    handler(request, response);
  });
  const issuer = await listen(server);
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'one' };
  return {
    issuer,
    requests,
    allow: (redirect_uri) => {
      const callback = new Provider(issuer, configuration(options, redirect_uri, key)).callback();
      handler = (request, response) => void callback(request, response);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const TOKEN_TTL_S = 300;
const HOUR_S = 3_600;

function configuration(
  { client_id, audience, access_token_ttl_s = TOKEN_TTL_S }: LoginProviderOptions,
  redirect_uri: string,
  key: object,
): Record<string, unknown> {
  return {
    jwks: { keys: [key] },
    clients: [
      {
        client_id,
        token_endpoint_auth_method: 'none', // a browser keeps no secret
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [redirect_uri],
        post_logout_redirect_uris: [new URL('sign-in', redirect_uri).href],
      },
    ],
    pkce: { required: () => true },
    clientBasedCORS: () => true, // the browser fetches tokens itself
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: () => ({ roles: ['user'] }),
    issueRefreshToken: () => true,
    ttl: {
      AccessToken: access_token_ttl_s,
      Grant: HOUR_S,
      IdToken: HOUR_S,
      Interaction: HOUR_S,
      RefreshToken: HOUR_S,
      Session: HOUR_S,
    },
    cookies: { keys: ['only for these tests'] },
    features: {
      devInteractions: { enabled: true },
      // without a resource the access token is opaque, and the service wants a JWT with its audience
      resourceIndicators: {
        enabled: true,
        defaultResource: () => `urn:${audience}`,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'api',
          audience,
          accessTokenTTL: access_token_ttl_s,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}
