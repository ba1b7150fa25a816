import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { ProvisioningController } from './provisioning.controller.js';
import { ProvisioningService } from './provisioning.service.js';
import { WelcomeController } from './welcome/welcome.controller.js';
import { WelcomeJob } from './welcome/welcome.job.js';
import { WelcomeRepository } from './welcome/welcome.repository.js';
import { WelcomeService } from './welcome/welcome.service.js';

@Module({
  imports: [AuditModule, ContactsModule, CreditsModule, JobsModule, OrganizationsModule],
  controllers: [ProvisioningController, WelcomeController],
  providers: [ProvisioningService, WelcomeJob, WelcomeRepository, WelcomeService],
  exports: [ProvisioningService, WelcomeService],
})
export class ProvisioningModule {}
