import { Injectable } from '@nestjs/common';
import {
  type CursorFormat,
  invalidCursor,
  type Page,
  type PageRequest,
  paginateBy,
} from '../../platform/database/paging.js';
import { isCode } from '../coupon-code.js';
import type { RedeemedCouponView } from '../coupons.dto.js';
import { type RedemptionPosition, RedemptionsRepository } from './redemptions.repository.js';

/** The coupons that users have redeemed. */
@Injectable()
export class RedemptionsService {
  constructor(private readonly redemptions: RedemptionsRepository) {}

  /** Returns the coupons that a user has redeemed, newest first. @throws InvalidInput if the cursor is invalid */
  list(user_id: string, page: PageRequest): Promise<Page<RedeemedCouponView>> {
    return paginateBy(POSITION, this.redemptions, user_id, page);
  }
}

const encode = ({ redeemed_at, code }: RedemptionPosition): string =>
  Buffer.from(`${redeemed_at.getTime()}.${code}`).toString('base64url');

function decode(cursor: string): RedemptionPosition {
  const [ms = '', code = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('.', 2);
  if (/^\d{1,13}$/.test(ms) && isCode(code)) return { redeemed_at: new Date(Number(ms)), code };
  throw invalidCursor();
}

const POSITION: CursorFormat<RedemptionPosition, RedemptionPosition> = { encode, decode };
