import { Module } from '@nestjs/common';
import { MemberCallers } from './member-callers.js';
import { MembersRepository } from './members.repository.js';
import { Memberships } from './memberships.service.js';
import { PayersService } from './payers.service.js';

@Module({
  providers: [MemberCallers, MembersRepository, Memberships, PayersService],
  exports: [MemberCallers, MembersRepository, Memberships, PayersService],
})
export class MembershipsModule {}
