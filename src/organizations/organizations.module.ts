import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { MailModule } from '../mail/mail.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { CostCenters } from './cost-centers.service.js';
import { Departures } from './departures.js';
import { InvitationLinks } from './invitation-links.js';
import { InvitationSignIns } from './invitation-sign-ins.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { MembersService } from './members.service.js';
import { OrganizationAccess } from './organization-access.js';
import { GuardedChanges } from './guarded-changes.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';
import { Seats } from './seats.js';
import { TransfersController } from './transfers/transfers.controller.js';
import { TransfersService } from './transfers/transfers.service.js';

@Module({
  imports: [AuditModule, CreditsModule, KeysModule, MailModule, MembershipsModule, TiersModule],
  controllers: [OrganizationsController, InvitationsController, TransfersController],
  providers: [
    CostCenters,
    Departures,
    InvitationLinks,
    InvitationSignIns,
    InvitationsRepository,
    InvitationsService,
    MembersService,
    OrganizationAccess,
    GuardedChanges,
    OrganizationsRepository,
    OrganizationsService,
    Seats,
    TransfersService,
  ],
  exports: [MembersService, OrganizationsService, TransfersService],
})
export class OrganizationsModule {}
