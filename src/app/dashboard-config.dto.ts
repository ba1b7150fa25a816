import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { Config } from '../platform/config/config.js';
import type { Brand, OidcClient } from '../platform/config/dashboard-config.js';
import { DEMO_USERS, type DemoRole } from './demo.js';

/** A link in the footer. */
export class BrandLinkView {
  @ApiProperty({ description: 'Text of the link.', type: 'string', example: 'Terms' })
  label!: string;

  @ApiProperty({ description: 'Target of the link.', type: 'string', example: 'https://example.com/terms' })
  url!: string;
}

/** The look of the dashboard. */
export class BrandView implements Brand {
  @ApiProperty({ description: 'Name of the platform.', type: 'string', example: 'Tollgate' })
  name!: string;

  @ApiProperty({ description: 'Logo as a data URL; null for the default.', type: 'string', nullable: true })
  logo_url!: string | null;

  @ApiProperty({
    description: 'Accent colour; null for the default.',
    type: 'string',
    nullable: true,
    example: '#2f6f4f',
  })
  accent!: string | null;

  @ApiProperty({
    description: 'Address where people find help; null if there is none.',
    type: 'string',
    nullable: true,
    example: 'help@example.com',
  })
  support_email!: string | null;

  @ApiProperty({ description: 'Links in the footer.', type: [BrandLinkView] })
  links!: BrandLinkView[];
}

/** The identity provider that signs people in, by authorization code with PKCE. */
export class SignInProviderView implements OidcClient {
  @ApiProperty({
    description: 'URL of the provider.',
    type: 'string',
    example: 'https://login.example.com/realms/main',
  })
  issuer!: string;

  @ApiProperty({ description: 'Client id of the dashboard.', type: 'string', example: 'tollgate-dashboard' })
  client_id!: string;

  @ApiProperty({ description: 'Scope to request.', type: 'string', example: 'openid' })
  scope!: string;

  @ApiProperty({
    description: 'Resource to request the access token for (RFC 8707); null if the provider needs none.',
    type: 'string',
    nullable: true,
  })
  resource!: string | null;
}

/** The ways to sign in, besides links of the platform (portal sessions) and pasted tokens, which always work. */
export class SignInView {
  @ApiProperty({
    description: 'The identity provider; null if there is none.',
    type: SignInProviderView,
    nullable: true,
  })
  provider!: SignInProviderView | null;

  @ApiProperty({
    description: 'Whether `POST /app/development/session` signs in without credentials.',
    type: 'boolean',
  })
  is_development!: boolean;
}

/** Parts of the service that depend on the configuration. */
export class FeaturesView {
  @ApiProperty({ description: 'Credits and plans can be bought.', type: 'boolean' })
  payments!: boolean;

  @ApiProperty({ description: "Users' own OpenRouter keys can be stored.", type: 'boolean' })
  own_keys!: boolean;

  @ApiProperty({ description: 'The gateway has keys to call models with.', type: 'boolean' })
  gateway!: boolean;
}

/** What the dashboard needs to know before anybody has signed in. */
export class DashboardConfigView {
  @ApiProperty({ description: 'The look of the dashboard.', type: BrandView })
  brand!: BrandView;

  @ApiProperty({ description: 'The ways to sign in.', type: SignInView })
  sign_in!: SignInView;

  @ApiProperty({ description: 'Which parts of the service are on.', type: FeaturesView })
  features!: FeaturesView;
}

/** The demo user to sign in as. */
export class DevelopmentSessionBody {
  @ApiProperty({ description: 'Role of the demo user.', enum: Object.keys(DEMO_USERS), example: 'user' })
  @IsIn(Object.keys(DEMO_USERS))
  role!: DemoRole;
}

/** A session of a demo user. */
export class DevelopmentSessionView {
  @ApiProperty({ description: 'Token of the demo user, good for seven days.', type: 'string' })
  token!: string;
}

/** Returns what the dashboard may know of the configuration: nothing secret. */
export function dashboardConfigOf(config: Config): DashboardConfigView {
  const { auth, dashboard, encryption, is_development, openrouter, payments } = config;
  const provider = dashboard.client && { issuer: auth.issuer, ...dashboard.client };
  const own_keys = encryption.keys !== null;
  return {
    brand: { ...dashboard.brand, links: [...dashboard.brand.links] },
    sign_in: { provider, is_development },
    features: { payments: payments.stripe !== null, own_keys, gateway: own_keys || openrouter.api_key !== null },
  };
}
