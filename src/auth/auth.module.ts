import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { SeenTokens } from './seen-tokens.js';
import { TokenSigner } from './token-signer.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  providers: [TokenVerifier, SeenTokens, TokenSigner, JwtStrategy, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [TokenVerifier, TokenSigner],
})
export class AuthModule {}
