import { ApiProperty, PickType } from '@nestjs/swagger';
import {
  ApiKeyRow,
  CreditGrantRow,
  CreditHoldRow,
  OpenrouterAccountRow,
  UserCreditsRow,
} from '../../generated/rows.js';

/** An account whose standing changed. */
export class AccountEventObject extends PickType(UserCreditsRow, ['tier', 'status', 'moved_to'] as const) {}

/** The terms of an account after its plan changed. */
export class PlanEventObject extends PickType(UserCreditsRow, [
  'tier',
  'allocated_monthly',
  'monthly_cap',
  'balance',
  'reset_date',
  'paid_until',
] as const) {}

/** The credits of an account after a change. */
export class CreditsEventObject extends PickType(UserCreditsRow, [
  'tier',
  'balance',
  'held',
  'debt',
  'allocated_monthly',
  'reset_date',
] as const) {
  @ApiProperty({
    description: 'Credits below which the account counts as low.',
    type: 'string',
    format: 'decimal',
    example: '0.500000',
  })
  threshold!: string;
}

/** Granted credits. */
export class GrantEventObject extends PickType(CreditGrantRow, ['source', 'amount', 'expires_at'] as const) {
  @ApiProperty({ description: 'Ledger line that booked the credits.', type: 'string', format: 'uuid' })
  transaction_id!: string;

  @ApiProperty({
    description: 'Balance minus debt after the grant, in credits.',
    type: 'string',
    format: 'decimal',
    example: '15.000000',
  })
  balance_after!: string;
}

/** A grant that is about to expire. */
export class ExpiringGrantEventObject extends PickType(CreditGrantRow, [
  'id',
  'source',
  'amount',
  'remaining',
  'expires_at',
] as const) {}

/** A hold that nobody resolved in time. */
export class HoldEventObject extends PickType(CreditHoldRow, [
  'id',
  'amount',
  'service',
  'model',
  'api_key_id',
  'member_id',
  'expires_at',
  'created_at',
] as const) {}

/** An API key, without its secret. */
export class ApiKeyEventObject extends PickType(ApiKeyRow, [
  'id',
  'name',
  'start',
  'role',
  'member_id',
  'expires_at',
  'previous_expires_at',
  'rotated_at',
  'paused_at',
  'paused_reason',
  'braked_model',
  'braked_burn',
  'revoked_at',
  'created_at',
] as const) {}

/** A user's own key of OpenRouter. */
export class OwnKeyEventObject extends PickType(OpenrouterAccountRow, [
  'account_id',
  'key_hint',
  'is_active',
  'last_synced',
] as const) {}
