import { ApiQuery, ApiResponse, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import { AnalyticsController } from '../analytics/analytics.controller.js';
import { PERIODS } from '../analytics/series/buckets.js';
import { HistoryView } from '../analytics/history/history.views.js';
import { CreditsController } from '../credits/credits.controller.js';
import { transaction_type } from '../generated/prisma/enums.js';
import { addDays, dayOf } from '../platform/values/calendar.js';
import { legacyQuery, type Members, type CurrentQuery } from '../platform/http/legacy-forms.js';
import { copied } from '../platform/values/json-numbers.js';
import { headersDoc } from '../platform/http/openapi/openapi-models.js';
import { callHistory, KeptHistoryView } from './call-history.js';
import { LEGACY_EXTENSION } from './legacy-field.js';

/* Requests of earlier clients, translated to the current API. */

/** Ledger: purchases were called allocations, and the dates had other names. */
legacyQuery(
  CreditsController,
  'listTransactions',
  {
    query: (query) => ({
      query: renamed(
        { ...query, ...(query.type === 'allocation' && { type: transaction_type.purchase }) },
        { start_date: 'date_from', end_date: 'date_to' },
      ),
    }),
  },
  ApiQuery({
    name: 'type',
    required: false,
    description: `The same as transaction_type. ${LEGACY_EXTENSION}: \`allocation\` means \`purchase\`.`,
    enum: transaction_type,
    enumName: 'transaction_type',
  }),
  ...[
    ['start_date', 'date_from'],
    ['end_date', 'date_to'],
  ].map(([name = '', today]) =>
    ApiQuery({
      name,
      required: false,
      deprecated: true,
      description: `${LEGACY_EXTENSION}: the same as ${today}.`,
      type: String,
    }),
  ),
);

/** Charges: the markup was called `platform_markup`. */
legacyQuery(CreditsController, 'deductCredits', {
  body: (body) =>
    isMembers(body.cost_breakdown)
      ? { ...body, cost_breakdown: renamed(body.cost_breakdown, { platform_markup: 'markup' }) }
      : body,
});

/** Export of usage: the periods had other names. */
const FILE_PERIODS = new Map<unknown, string>([
  ['week', '7d'],
  ['month', '30d'],
  ['year', '12m'],
]);
legacyQuery(
  AnalyticsController,
  'exportUsage',
  { query: ({ period, ...query }) => ({ query: { ...query, ...given(FILE_PERIODS.get(period) ?? period) } }) },
  periodDoc(['week', 'month', 'year'], '`week`, `month` and `year` mean `7d`, `30d` and `12m`'),
);

/** History: a custom range had its own name, and the calls of a day, a week or a month had their own shape. */
const CALL_DAYS = new Map<unknown, number>([
  ['daily', 1],
  ['weekly', 7],
  ['monthly', 30],
]);
legacyQuery(
  AnalyticsController,
  'getUsageHistory',
  { query: historyAsked },
  periodDoc(
    ['custom', 'daily', 'weekly', 'monthly'],
    '`custom` means the range of from_date and to_date; `daily`, `weekly` and `monthly` return the calls of 1, 7 and 30 days as KeptHistoryView',
  ),
  ApiExtraModels(KeptHistoryView),
  ApiResponse({
    status: 200,
    description: 'Hours, days or months with usage, newest first.',
    headers: headersDoc('X-Next-Cursor', 'Link', 'X-Total-Count'),
    content: {
      'application/json': {
        schema: {
          oneOf: [
            { type: 'array', items: { $ref: getSchemaPath(HistoryView) } },
            { $ref: getSchemaPath(KeptHistoryView) },
          ],
        },
      },
    },
  }),
);

function historyAsked({ period, ...query }: Members): CurrentQuery {
  const days = CALL_DAYS.get(period);
  if (days === undefined) return { query: { ...query, ...given(period === 'custom' ? undefined : period) } };
  const zone = typeof query.tz === 'string' ? query.tz : 'UTC';
  return {
    query: { ...query, period: days > 7 ? '30d' : '7d' },
    answer: {
      view: KeptHistoryView,
      of: (records) => callHistory(records as HistoryView[], zone, addDays(dayOf(new Date(), zone), 1 - days)),
    },
  };
}

function periodDoc(words: string[], meaning: string): MethodDecorator {
  return ApiQuery({
    name: 'period',
    required: false,
    description: `Length of the range, counted back from to_date or today; from_date takes precedence. ${LEGACY_EXTENSION}: ${meaning}.`,
    schema: { type: 'string', enum: [...PERIODS, ...words], default: '30d' },
  });
}

/** Returns the period as a query, empty if there is none. */
const given = (period: unknown): Members => (period === undefined ? {} : { period });

/**
 * Renames members to their current names. If both names are present, the old one is left and then rejected as unknown.
 */
function renamed(members: Members, names: Record<string, string>): Members {
  const todays = Object.entries(members).map(([name, value]) => {
    const today = Object.hasOwn(names, name) ? names[name] : undefined;
    return [today !== undefined && !Object.hasOwn(members, today) ? today : name, value] as const;
  });
  return copied(members, Object.fromEntries(todays), names);
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
