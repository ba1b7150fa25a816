import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ProvisioningModule } from '../provisioning/provisioning.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { KeycloakController } from './keycloak.controller.js';
import { LiteLlmController } from './litellm.controller.js';

@Module({
  imports: [AccountsModule, ProvisioningModule, UsageModule],
  controllers: [KeycloakController, LiteLlmController],
})
export class IntegrationsModule {}
