import { Module } from '@nestjs/common';
import { Access } from './access.js';
import { Authenticator } from './authenticator.js';
import { VerifiedTokenCache } from './verified-token-cache.js';
import { TokenSigner } from './token-signer.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  providers: [TokenVerifier, VerifiedTokenCache, TokenSigner, Authenticator, Access],
  exports: [TokenSigner, Access],
})
export class AuthModule {}
