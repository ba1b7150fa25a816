import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { PortalModule } from '../portal/portal.module.js';
import { Access } from './access.js';
import { Authenticator } from './authenticator.js';
import { VerifiedTokenCache } from './verified-token-cache.js';
import { TokenSigner } from './token-signer.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  imports: [ContactsModule, KeysModule, PortalModule],
  providers: [TokenVerifier, VerifiedTokenCache, TokenSigner, Authenticator, Access],
  exports: [TokenSigner, Access],
})
export class AuthModule {}
