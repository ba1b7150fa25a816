import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { CouponCodeRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { amount, units } from '../platform/values/amount.js';
import { Database, type Tx } from '../platform/database/database.js';
import { DomainError, InvalidInput } from '../platform/errors.js';
import { mapPage, type Page, paginate } from '../platform/database/paging.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { canonicalCode, DEFAULT_PREFIX, randomCode } from './coupon-code.js';
import { errorOf, isExpired, NOT_FOUND, remainingUses } from './redemption/coupon-refusal.js';
import { faultsOf, valueOf } from './coupon-terms.js';
import type { BulkBody, CouponBody, CouponsQuery, CouponStatsView, CouponView } from './coupons.dto.js';
import { CouponsRepository, type NewCoupons } from './coupons.repository.js';
import { type PastRedemption, RedemptionsRepository } from './redemption/redemptions.repository.js';

const CHUNK = 1_000;

type Terms = Omit<CouponBody, 'code'>;

/** Creates, reads and deactivates coupons. */
@Injectable()
export class CouponsService {
  constructor(
    private readonly db: Database,
    private readonly coupons: CouponsRepository,
    private readonly redemptions: RedemptionsRepository,
    private readonly tiers: TiersRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws InvalidInput if the terms are invalid; DomainError `already_exists` */
  async create(actor: Actor, { code, ...body }: CouponBody): Promise<CouponView> {
    const terms = await this.termsOf(actor, body);
    return this.db.transaction(async (tx) => {
      const [coupon] =
        code === undefined ? await this.createRandom(tx, 1, terms) : await this.coupons.createAll(tx, [code], terms);
      if (!coupon) throw new DomainError('conflict', 'already_exists', `Coupon '${code ?? ''}' already exists.`);
      await this.record(tx, actor, 'coupon.create', coupon.code, summaryOf(terms));
      return viewOf(coupon);
    });
  }

  /**
   * Imports a coupon from another system with its use count. If the count exceeds its limit, the limit is raised to the
   * count.
   * @returns false if the code already exists; the existing coupon is unchanged
   * @throws InvalidInput if the terms are invalid
   */
  async takeOver(
    actor: Actor,
    { code, ...body }: CouponBody & { code: string },
    { used_count, is_active }: Pick<CouponCodeRow, 'used_count' | 'is_active'>,
  ): Promise<boolean> {
    const terms = await this.termsOf(actor, body);
    const max_uses = terms.max_uses === null ? null : Math.max(terms.max_uses, used_count);
    return this.db.transaction(async (tx) => {
      const [coupon] = await this.coupons.createAll(tx, [code], { ...terms, max_uses });
      if (!coupon) return false;
      await this.coupons.setUses(tx, code, used_count, is_active);
      await this.record(tx, actor, 'coupon.import', code, { ...summaryOf(terms), used_count, is_active });
      return true;
    });
  }

  /**
   * Imports a redemption from another system, so that the user cannot redeem the coupon again. Grants nothing.
   * @returns false if the redemption is already recorded
   * @throws DomainError `not_found` if the code is unknown
   */
  async takeOverRedemption(actor: Actor, redemption: PastRedemption): Promise<boolean> {
    const { user_id, code } = redemption;
    return this.db.transaction(async (tx) => {
      if (!(await this.coupons.find(code, tx))) throw errorOf(NOT_FOUND);
      if (!(await this.redemptions.addPast(tx, redemption))) return false;
      const entry = { user_id, action: 'coupon.import_redemption', resource_type: 'coupon', resource_id: code };
      await this.audit.record(tx, actor, { ...entry, metadata: {} });
      return true;
    });
  }

  /**
   * Creates coupons with random codes, all or none. `progress` receives the number created so far.
   * @throws InvalidInput if the terms are invalid
   */
  async bulk(
    actor: Actor,
    { count, prefix = DEFAULT_PREFIX, ...body }: BulkBody,
    progress: (done: number) => void = () => undefined,
  ): Promise<CouponView[]> {
    const terms = await this.termsOf(actor, body);
    const separated = /[-_]$/.test(prefix) ? prefix : `${prefix}-`;
    return this.db.transaction(async (tx) => {
      const created: CouponCodeRow[] = [];
      while (created.length < count) {
        created.push(...(await this.createRandom(tx, Math.min(CHUNK, count - created.length), terms, separated)));
        progress(created.length);
      }
      await this.record(tx, actor, 'coupon.create', null, { ...summaryOf(terms), count, prefix: separated });
      return created.map(viewOf);
    });
  }

  /** Returns a page of coupons, newest first. @throws InvalidInput if the cursor is invalid */
  async list({ active_only, ...page }: CouponsQuery): Promise<Page<CouponView>> {
    return mapPage(await paginate(this.coupons, active_only, page), viewOf);
  }

  /** @throws DomainError `not_found` */
  async get(code: string): Promise<CouponView> {
    return viewOf(await this.coupons.get(canonicalCode(code)));
  }

  /**
   * Returns the redemptions and the awarded credits of a coupon, in total and by day.
   * @throws DomainError `not_found`
   */
  async stats(code: string): Promise<CouponStatsView> {
    const coupon = await this.get(code);
    const by_day = await this.redemptions.byDay(coupon.code);
    const credits_awarded = amount(by_day.reduce((sum, day) => sum + units(day.credits_awarded), 0n));
    return { ...coupon, credits_awarded, by_day };
  }

  /**
   * Deactivates a coupon permanently. Earlier redemptions are unaffected. Safe to repeat.
   * @throws DomainError `not_found`
   */
  async deactivate(actor: Actor, typed: string): Promise<{ message: string }> {
    const code = canonicalCode(typed);
    await this.db.transaction(async (tx) => {
      await this.coupons.deactivate(tx, code);
      await this.record(tx, actor, 'coupon.deactivate', code, {});
    });
    return { message: `Coupon '${code}' deactivated successfully` };
  }

  /** Creates coupons with unique random codes. Collisions (about 1 in 10^11) are redrawn. */
  private async createRandom(tx: Tx, count: number, terms: NewCoupons, prefix?: string): Promise<CouponCodeRow[]> {
    const created: CouponCodeRow[] = [];
    while (created.length < count) {
      const codes = new Set(Array.from({ length: count - created.length }, () => randomCode(prefix)));
      created.push(...(await this.coupons.createAll(tx, [...codes], terms)));
    }
    return created;
  }

  private async termsOf(actor: Actor, body: Terms): Promise<NewCoupons> {
    const known = new Set((await this.tiers.list()).map(({ tier }) => tier));
    const unknown = body.tiers?.filter((tier) => !known.has(tier)) ?? [];
    const faults = [
      ...faultsOf(body),
      ...unknown.map((tier) => ({ field: 'tiers', message: `names ${tier}, which is not a tier` })),
    ];
    if (faults.length > 0) throw new InvalidInput(faults);
    return {
      coupon_type: body.coupon_type,
      value: valueOf(body) as string,
      description: body.description ?? null,
      max_uses: body.max_uses ?? null,
      valid_from: body.valid_from ?? null,
      expires_at: body.expires_at ?? null,
      tiers: body.tiers ?? [],
      first_purchase_only: body.first_purchase_only ?? false,
      new_accounts_only: body.new_accounts_only ?? false,
      created_by: actor.user_id,
    };
  }

  private record(tx: Tx, actor: Actor, action: string, code: string | null, metadata: object): Promise<void> {
    const entry = { user_id: actor.user_id, action, resource_type: 'coupon', resource_id: code };
    return this.audit.record(tx, actor, { ...entry, metadata: { ...metadata } });
  }
}

/** Returns a coupon with its derived fields. */
function viewOf(coupon: CouponCodeRow): CouponView {
  return { ...coupon, remaining_uses: remainingUses(coupon), is_expired: isExpired(coupon, new Date()) };
}

const summaryOf = ({ coupon_type, value, max_uses, expires_at }: NewCoupons) => ({
  coupon_type,
  value,
  max_uses,
  expires_at,
});
