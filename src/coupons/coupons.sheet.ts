import type { Sheet } from '../platform/export/sheet.js';
import { CouponView } from './coupons.dto.js';

/** Returns coupons as a table for export. */
export function couponsSheet(coupons: CouponView[]): Sheet {
  async function* pages() {
    yield await Promise.resolve(coupons);
  }
  return { view: CouponView, pages: pages() };
}
