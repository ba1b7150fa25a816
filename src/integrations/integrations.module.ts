import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ProvisioningModule } from '../provisioning/provisioning.module.js';
import { KeycloakController } from './keycloak.controller.js';
import { LiteLlmModule } from './litellm/litellm.module.js';

@Module({
  imports: [AccountsModule, ProvisioningModule, LiteLlmModule],
  controllers: [KeycloakController],
})
export class IntegrationsModule {}
