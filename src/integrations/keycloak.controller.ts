import { Controller, Headers, Inject, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { systemActor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { Problem, Returns, Signed } from '../platform/http/decorators.js';
import { WithRawBody, RawBody } from '../platform/http/bodies/raw-body.js';
import { checkSigned } from '../platform/http/bodies/signed.js';
import { Webhooks } from '../platform/webhooks.js';
import { ProvisioningService, type ProvisioningState } from '../provisioning/provisioning.service.js';
import { type Departure, AccountEndings } from '../accounts/account-endings.service.js';
import { deletedUser, isSigned, type KeycloakEvent, registeredUser, registrationOf } from './keycloak.js';

const KEYCLOAK = systemActor('keycloak');

/** The result of an event. */
class KeycloakEventView {
  @ApiProperty({
    description: 'Account that the event concerns; null if there is none.',
    type: 'string',
    nullable: true,
  })
  user_id!: string | null;

  @ApiProperty({
    description:
      '`ready`: the account exists; `pending`: it will be opened on first use; `suspended` or `erasing`: the user was deleted and the account ended; `ignored`: there was nothing to do.',
    enum: ['ready', 'pending', 'suspended', 'erasing', 'ignored'],
  })
  state!: ProvisioningState | Departure;
}

/** Route of Keycloak's events. */
@ApiTags('Machine to machine')
@Controller('integrations/keycloak')
export class KeycloakController {
  constructor(
    private readonly provisioning: ProvisioningService,
    private readonly endings: AccountEndings,
    private readonly webhooks: Webhooks,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('events')
  @ApiOperation({
    summary: 'Receive a Keycloak event',
    description:
      'Opens the accounts of new users and ends those of deleted ones. For the keycloak-events extension; signed with KEYCLOAK_WEBHOOK_SECRET. Safe to repeat. Never fails a registration: an account that cannot be opened now is opened on first use. When a user is deleted, billing ends, and the account is suspended or erased as configured by KEYCLOAK_DELETION.',
  })
  @ApiHeader({ name: 'X-Keycloak-Signature', required: true, description: 'Hex HMAC-SHA256 of the body.' })
  @ApiBody({
    schema: { type: 'object' },
    examples: {
      registration: {
        value: { type: 'access.REGISTER', authDetails: { userId: 'user-42' }, details: { email: 'ann@example.com' } },
      },
    },
  })
  @Signed()
  @WithRawBody()
  @Returns(KeycloakEventView, { status: 202, even_unready: true })
  @Problem(401, 'invalid_signature')
  @Problem(503, 'keycloak_not_configured')
  receiveKeycloakEvent(
    @Req() request: FastifyRequest,
    @RawBody() body: Buffer,
    @Headers('x-keycloak-signature') signature = '',
  ) {
    const secret = this.secret();
    const take = async () => this.take(await checkSigned(request, () => read(body, signature, secret)));
    return this.webhooks.receive('keycloak', take, ({ state }) => [state]);
  }

  private async take(event: KeycloakEvent): Promise<KeycloakEventView> {
    const { user_id_claim } = this.config.auth;
    const deleted = deletedUser(event, user_id_claim);
    if (deleted !== null) return { user_id: deleted, state: await this.endings.end(KEYCLOAK, deleted) };
    const user_id = registeredUser(event, user_id_claim);
    if (user_id === null) return { user_id, state: 'ignored' };
    const told = { layer: 'identity_provider' as const, ...registrationOf(event) };
    const { state } = await this.provisioning.register(KEYCLOAK, user_id, told);
    return { user_id, state };
  }

  private secret(): string {
    const { keycloak_secret } = this.config.provisioning;
    if (keycloak_secret !== null) return keycloak_secret;
    const detail = 'Keycloak events are not accepted because KEYCLOAK_WEBHOOK_SECRET is not set.';
    throw new DomainError('unavailable', 'keycloak_not_configured', detail);
  }
}

function read(body: Buffer, signature: string, secret: string): KeycloakEvent {
  if (!isSigned(body, signature, secret)) {
    const detail = 'X-Keycloak-Signature must be the hex HMAC-SHA256 of the body with the shared secret.';
    throw new DomainError('unauthenticated', 'invalid_signature', detail);
  }
  return (JSON.parse(body.toString('utf8')) ?? {}) as KeycloakEvent;
}
