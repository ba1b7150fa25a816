import { Injectable } from '@nestjs/common';
import { RunsService } from '../../jobs/runs.service.js';
import { UnratedRepository } from '../../metering/unrated.repository.js';
import { utcDays } from '../../platform/http/utc-days.js';
import { amount, units } from '../../platform/values/amount.js';
import { PRICE_SYNC, type PriceSyncResult } from '../../pricing/lists/price-sync.job.js';
import { booksOf } from '../../usage/rerating/what-if.js';
import { providerOf } from '../spending/spending-series.js';
import type { MarginGroup, MarginsQuery, MarginView } from './margins.dto.js';
import { MarginsRepository, type ModelCosts } from './margins.repository.js';

/** What is known about models besides their usage. */
export interface ModelMarks {
  unrated: readonly { service: string; model: string | null; event_count: number }[];
  held_back: PriceSyncResult['held_back'];
}

/** Reports what the work of all accounts brought and cost. */
@Injectable()
export class MarginsService {
  constructor(
    private readonly margins: MarginsRepository,
    private readonly unrated: UnratedRepository,
    private readonly runs: RunsService,
  ) {}

  /**
   * Returns margins, lowest first, so that what loses money is on top.
   * @throws InvalidInput when the range is reversed or longer than 366 days
   */
  async list({ group_by, ...days }: MarginsQuery): Promise<MarginView[]> {
    const { first, last } = utcDays(days);
    const [rows, unrated, syncs] = await Promise.all([
      this.margins.byModel(first, last),
      this.unrated.totals(null),
      this.runs.results<PriceSyncResult>(PRICE_SYNC, 1),
    ]);
    return marginsOf(rows, group_by, { unrated, held_back: syncs[0]?.result.held_back ?? [] });
  }
}

const NAMES: Record<MarginGroup, (work: { service: string; model: string }) => string> = {
  model: ({ model }) => model,
  provider: providerOf,
  service: ({ service }) => service,
};

/** Returns the margin of each group, lowest first. */
export function marginsOf(
  rows: readonly ModelCosts[],
  by: MarginGroup,
  { unrated, held_back }: ModelMarks,
): MarginView[] {
  const unratedBy = Map.groupBy(unrated, ({ service, model }) => NAMES[by]({ service, model: model ?? '' }));
  const reasons = new Map(held_back.map(({ model, reason }) => [model, reason]));
  return [...Map.groupBy(rows, NAMES[by])]
    .map(([group, its]) => {
      const sum = (value: (row: ModelCosts) => bigint): bigint => its.reduce((total, row) => total + value(row), 0n);
      const count = (value: (row: ModelCosts) => number): number => its.reduce((total, row) => total + value(row), 0);
      const charged = sum((row) => units(row.charged_cost));
      const { provider_cost, margin, margin_percent } = booksOf(
        charged,
        sum((row) => units(row.provider_cost)),
      );
      return {
        group: group || null,
        event_count: count((row) => row.event_count),
        free_events: count((row) => row.free_events),
        failed_events: count((row) => row.failed_events),
        tokens_used: count((row) => row.tokens_used),
        charged_cost: amount(charged),
        recorded_cost: amount(sum((row) => units(row.total_cost)) - charged),
        provider_cost,
        margin,
        margin_percent,
        unrated_events: (unratedBy.get(group) ?? []).reduce((total, { event_count }) => total + event_count, 0),
        held_back: its.map(({ model }) => reasons.get(model)).find((reason) => reason !== undefined) ?? null,
      };
    })
    .toSorted((a, b) => compare(units(a.margin), units(b.margin)) || (a.group ?? '').localeCompare(b.group ?? ''));
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
