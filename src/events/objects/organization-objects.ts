import { PickType } from '@nestjs/swagger';
import { OrganizationMemberRow } from '../../generated/rows.js';

/** A member of the organization that the event is about. */
export class MemberEventObject extends PickType(OrganizationMemberRow, [
  'member_id',
  'role',
  'status',
  'burn_order',
  'cost_center',
] as const) {}
