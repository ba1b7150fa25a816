import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SignIns } from '../platform/sign-ins.js';
import { ContactsService } from './contacts.service.js';

/** Learns the addresses that the identity provider has verified, when their owners sign in. */
@Injectable()
export class ContactSignIns implements OnModuleInit {
  constructor(
    private readonly signIns: SignIns,
    private readonly contacts: ContactsService,
  ) {}

  onModuleInit(): void {
    this.signIns.listen(async ({ user_id, sign_in }) => {
      if (sign_in?.verified_email !== undefined) await this.contacts.sawVerified(user_id, sign_in.verified_email);
    });
  }
}
