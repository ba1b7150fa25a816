import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { GrowthModule } from '../growth/growth.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { NewUserService } from './new-user.service.js';
import { ProvisioningController } from './provisioning.controller.js';
import { ProvisioningService } from './provisioning.service.js';

@Module({
  imports: [ContactsModule, CreditsModule, GrowthModule, OrganizationsModule],
  controllers: [ProvisioningController],
  providers: [NewUserService, ProvisioningService],
  exports: [ProvisioningService],
})
export class ProvisioningModule {}
