import { Injectable } from '@nestjs/common';
import { type UtcDaysQuery, utcDays } from '../../platform/http/utc-days.js';
import { amount, units } from '../../platform/values/amount.js';
import { addDays, startOfDay, UTC } from '../../platform/values/calendar.js';
import type { GrowthGroupView, GrowthView } from './growth.dto.js';
import { GrowthRepository } from './growth.repository.js';

const NOTHING = {
  accounts: 0,
  email_verified: 0,
  activated: 0,
  converted: 0,
  first_call_median_s: null,
  first_call_p90_s: null,
  revenue: amount(0n),
};

/** Shows how accounts were opened and what became of them. */
@Injectable()
export class GrowthService {
  constructor(private readonly growth: GrowthRepository) {}

  /**
   * Returns the figures of the accounts that were opened on some UTC days.
   * @throws InvalidInput when the range is reversed or longer than 366 days
   */
  async show(days: UtcDaysQuery): Promise<GrowthView> {
    const { first, last } = utcDays(days);
    const rows = await this.growth.figures(startOfDay(first, UTC), startOfDay(addDays(last, 1), UTC));
    const figures = rows.map((row) => ({ ...row, revenue: amount(units(row.revenue)) }));
    const groups = figures.filter(({ is_total }) => !is_total) as unknown as GrowthGroupView[];
    return { from: first, to: last, total: figures.find(({ is_total }) => is_total) ?? NOTHING, groups };
  }
}
