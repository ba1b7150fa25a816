import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Memberships } from '../memberships/memberships.service.js';
import { SignIns } from '../platform/sign-ins.js';
import { InvitationsService } from './invitations.service.js';

/** Accepts invitations when somebody signs in with the invited address. */
@Injectable()
export class InvitationSignIns implements OnModuleInit {
  constructor(
    private readonly signIns: SignIns,
    private readonly invitations: InvitationsService,
    private readonly memberships: Memberships,
  ) {}

  onModuleInit(): void {
    this.signIns.listen(async (caller) => {
      if (this.memberships.mayExist()) await this.invitations.acceptBySignIn(caller);
    });
  }
}
