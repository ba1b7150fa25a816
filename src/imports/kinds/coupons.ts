import { Injectable } from '@nestjs/common';
import { faultsOf } from '../../coupons/coupon-terms.js';
import { CouponsRepository } from '../../coupons/coupons.repository.js';
import { CouponsService } from '../../coupons/coupons.service.js';
import { RedemptionsRepository } from '../../coupons/redemption/redemptions.repository.js';
import { InvalidInput } from '../../platform/errors.js';
import { CouponRecord, RedemptionRecord } from '../records.js';
import { each, type Item, type KindImport, type Run, type State } from './kind-import.js';
import { KnownUsers } from './known-users.js';

const CONCURRENCY = 4;

/** Imports coupons with their use counts. An existing code is unchanged. */
@Injectable()
export class CouponsImport implements KindImport<CouponRecord> {
  readonly dto = CouponRecord;

  constructor(
    private readonly service: CouponsService,
    private readonly coupons: CouponsRepository,
  ) {}

  assertUsable(record: CouponRecord): void {
    const faults = faultsOf(record);
    if (faults.length > 0) throw new InvalidInput(faults);
  }

  oddities({ max_uses, used_count = 0 }: CouponRecord): string[] {
    return typeof max_uses === 'number' && used_count > max_uses
      ? ['was used more often than it allows; it allows as many here']
      : [];
  }

  foresee(items: readonly Item<CouponRecord>[]): Promise<(State | Error)[]> {
    return each(items, CONCURRENCY, async ({ record }) => ((await this.coupons.find(record.code)) ? 'known' : 'new'));
  }

  take(items: readonly Item<CouponRecord>[], { actor }: Run): Promise<(State | Error)[]> {
    return each(
      items,
      CONCURRENCY,
      async ({ record }) => {
        const { used_count = 0, is_active = true, ...body } = record;
        return (await this.service.takeOver(actor, body, { used_count, is_active })) ? 'new' : 'known';
      },
      ({ code }) => code,
    );
  }
}

/** Imports redemptions, so that no user can redeem a coupon again. */
@Injectable()
export class RedemptionsImport implements KindImport<RedemptionRecord> {
  readonly dto = RedemptionRecord;

  constructor(
    private readonly service: CouponsService,
    private readonly redemptions: RedemptionsRepository,
    private readonly users: KnownUsers,
  ) {}

  /** A coupon that does not exist yet can be part of this import. */
  foresee(items: readonly Item<RedemptionRecord>[], { is_done }: Run): Promise<(State | Error)[]> {
    return each(items, CONCURRENCY, async ({ record: { user_id, code } }) => {
      if (await this.redemptions.has(user_id, code)) return 'known';
      if (is_done) await this.service.get(code);
      return 'new';
    });
  }

  async take(items: readonly Item<RedemptionRecord>[], run: Run): Promise<(State | Error)[]> {
    const refused = await this.users.open(items, run);
    return each(
      items,
      CONCURRENCY,
      async ({ record }) => {
        const error = refused.get(record.user_id);
        if (error) throw error;
        const { user_id, code, credits_awarded = '0', redeemed_at = new Date() } = record;
        const redemption = { user_id, code, credits_awarded, redeemed_at };
        return (await this.service.takeOverRedemption(run.actor, redemption)) ? 'new' : 'known';
      },
      ({ user_id }) => user_id,
    );
  }
}
