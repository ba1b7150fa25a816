import { Injectable } from '@nestjs/common';
import { InvalidInput } from '../../platform/errors.js';
import { amount, units } from '../../platform/values/amount.js';
import { addDays, dayOf, daysBetween, startOfDay, UTC } from '../../platform/values/calendar.js';
import type { GrowthGroupView, GrowthQuery, GrowthView } from './growth.dto.js';
import { GrowthRepository } from './growth.repository.js';

const DEFAULT_DAYS = 30;
const DAYS_MAX = 366;
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
  async show({ from, to }: GrowthQuery): Promise<GrowthView> {
    const last = to ?? dayOf(new Date(), UTC);
    const first = from ?? addDays(last, 1 - DEFAULT_DAYS);
    if (first > last) throw new InvalidInput([{ field: 'from', message: 'must not be after to' }]);
    if (daysBetween(first, last) >= DAYS_MAX)
      throw new InvalidInput([{ field: 'from', message: `must not be more than ${DAYS_MAX} days before to` }]);
    const rows = await this.growth.figures(startOfDay(first, UTC), startOfDay(addDays(last, 1), UTC));
    const figures = rows.map((row) => ({ ...row, revenue: amount(units(row.revenue)) }));
    const groups = figures.filter(({ is_total }) => !is_total) as unknown as GrowthGroupView[];
    return { from: first, to: last, total: figures.find(({ is_total }) => is_total) ?? NOTHING, groups };
  }
}
