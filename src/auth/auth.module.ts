import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { PortalModule } from '../portal/portal.module.js';
import { Access } from './access.js';
import { Authenticator } from './authenticator.js';
import { VerifiedTokenCache } from './verified-token-cache.js';
import { TokenSigner } from './token-signer.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  imports: [KeysModule, MembershipsModule, PortalModule],
  providers: [TokenVerifier, VerifiedTokenCache, TokenSigner, Authenticator, Access],
  exports: [TokenSigner, Access],
})
export class AuthModule {}
