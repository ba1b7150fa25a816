import { BalanceView } from '../credits/credits.views.js';
import { OpenRouterAccountView } from '../openrouter/openrouter.dto.js';
import { amount, type Units, units } from '../platform/values/amount.js';
import { DAY_MS } from '../platform/values/calendar.js';
import { addToView } from '../platform/http/view.js';
import { ModelUsageView, ServiceUsageView, type UsageSummaryView } from '../usage/reports/reports.views.js';
import { UsageSummaryView as Summary } from '../usage/reports/reports.views.js';
import { COUNT, CREDITS, legacyField, TEXT, TIMESTAMP } from './legacy-field.js';

/* Aliases of fields for the credit pages of earlier clients. */

addToView(BalanceView, 'next_reset_date', legacyField('the same as `reset_date`', TIMESTAMP), (of) => of.reset_date);
addToView(BalanceView, 'pending', legacyField('the same as `held`', CREDITS), (of) => of.held);

addToView(
  Summary,
  'top_service',
  legacyField('the most expensive of `services`; null without usage', {
    ...TEXT,
    nullable: true,
    example: 'openrouter',
  }),
  dearestService,
);
addToView(
  Summary,
  'average_daily',
  legacyField('`total_cost` divided by the days of `period`', CREDITS),
  averageOfDays,
);

for (const view of [ModelUsageView, ServiceUsageView]) {
  addToView<ModelUsageView | ServiceUsageView>(
    view,
    'total_credits',
    legacyField('the same as `total_cost`', CREDITS),
    (of) => of.total_cost,
  );
  addToView<ModelUsageView | ServiceUsageView>(
    view,
    'calls',
    legacyField('the same as `event_count`', COUNT),
    (of) => of.event_count,
  );
}

addToView(
  OpenRouterAccountView,
  'openrouter_email',
  legacyField('the same as `email`', { ...TEXT, nullable: true, example: 'ann@example.com' }),
  (of) => of.email,
);

function dearestService({ services }: UsageSummaryView): string | null {
  const costs = Object.entries(services).map(([name, { cost }]) => ({ name, cost: units(cost) }));
  return costs.toSorted((a, b) => (b.cost > a.cost ? 1 : b.cost < a.cost ? -1 : 0))[0]?.name ?? null;
}

function averageOfDays({ total_cost, period: { start, end } }: UsageSummaryView): string {
  const span_ms: Units = BigInt(end.getTime() - start.getTime());
  return amount((total_cost * BigInt(DAY_MS)) / span_ms);
}
