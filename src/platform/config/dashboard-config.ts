import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isOrigin, list, webUrl } from './config.values.js';

/** Settings of the dashboard: its address, its look, and how people sign in to it. */
export interface DashboardConfig {
  /** URL under which browsers reach the service, without a slash at the end; null if it is not configured. */
  readonly public_url: string | null;
  /** Origins to which portal sessions can link back. */
  readonly return_origins: readonly string[];
  /** The dashboard as a client of the identity provider; null if nobody signs in there. */
  readonly client: OidcClient | null;
  readonly brand: Brand;
}

export interface OidcClient {
  readonly client_id: string;
  readonly scope: string;
  /** The resource that access tokens are requested for (RFC 8707); null if the provider needs none. */
  readonly resource: string | null;
}

export interface Brand {
  readonly name: string;
  /** The image as a data URL; null for the default. */
  readonly logo_url: string | null;
  /** Colour as #rrggbb; null for the default. */
  readonly accent: string | null;
  /** Address where people find help; null if there is none. */
  readonly support_email: string | null;
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

const LOGO_MAX_BYTES = 65_536;
const MEDIA: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
};
const LINK = /^([^=,]{1,40})=(https?:\/\/\S+)$/;

/** Environment variables for the dashboard. */
export const DASHBOARD_ENVIRONMENT = {
  PUBLIC_URL: webUrl.transform((text) => text.replace(/\/+$/, '')).optional(),
  PORTAL_RETURN_ORIGINS: list(
    (item) => item !== '*' && isOrigin(item),
    'origins such as https://app.example.com, separated by commas',
  ).optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_SCOPE: z.string().default('openid'),
  OIDC_RESOURCE: z.string().optional(),
  BRAND_NAME: z.string().max(60, 'a name of at most 60 characters').default('Tollgate'),
  BRAND_LOGO: z
    .string()
    .refine(
      (file) => logoOf(file) !== null,
      `the path of an .svg, .png, .webp or .jpg file of at most ${LOGO_MAX_BYTES / 1024} KiB`,
    )
    .optional(),
  BRAND_ACCENT: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'a colour such as #2f6f4f')
    .optional(),
  BRAND_SUPPORT_EMAIL: z.email('an e-mail address').optional(),
  BRAND_LINKS: list(
    (item) => LINK.test(item),
    'labels and URLs such as Terms=https://example.com/terms, separated by commas',
  ).optional(),
};

/** Checks that variables which need each other are all set. */
export function dashboardFaults(env: Record<string, string | undefined>): string[] {
  if (env.OIDC_CLIENT_ID === undefined || (env.JWT_SECRET === undefined && env.JWT_ISSUER !== undefined)) return [];
  return ['OIDC_CLIENT_ID must be absent unless an identity provider signs the tokens (JWT_ISSUER)'];
}

/** Builds the configuration from {@link DASHBOARD_ENVIRONMENT}. */
export function buildDashboard(env: z.output<z.ZodObject<typeof DASHBOARD_ENVIRONMENT>>): DashboardConfig {
  const { OIDC_CLIENT_ID: client_id, OIDC_SCOPE: scope, OIDC_RESOURCE: resource = null } = env;
  return {
    public_url: env.PUBLIC_URL ?? null,
    return_origins: env.PORTAL_RETURN_ORIGINS ?? [],
    client: client_id === undefined ? null : { client_id, scope, resource },
    brand: {
      name: env.BRAND_NAME,
      logo_url: env.BRAND_LOGO === undefined ? null : logoOf(env.BRAND_LOGO),
      accent: env.BRAND_ACCENT ?? null,
      support_email: env.BRAND_SUPPORT_EMAIL ?? null,
      links: (env.BRAND_LINKS ?? []).map((item) => {
        const [, label = '', url = ''] = LINK.exec(item) ?? [];
        return { label, url };
      }),
    },
  };
}

/** Returns the image as a data URL, because the page loads nothing from elsewhere; null if it cannot be used. */
function logoOf(file: string): string | null {
  const media = MEDIA[path.extname(file).toLowerCase()];
  if (media === undefined) return null;
  try {
    const image = readFileSync(file);
    return image.length > LOGO_MAX_BYTES ? null : `data:${media};base64,${image.toString('base64')}`;
  } catch {
    return null; // the message of the setting says what is needed
  }
}
