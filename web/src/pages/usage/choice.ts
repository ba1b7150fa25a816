import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import {
  GRANULARITIES,
  type Granularity,
  type SeriesOrder,
  SPENDING_GROUPS,
  type SpendingGroup,
} from '../../api/usage.ts';
import { dayBefore, daysBetween, todayIn } from '../../lib/dates.ts';
import { defined } from '../../lib/defined.ts';
import { useFormat } from '../../lib/format.ts';
import { granularityFor, HOURLY_LIMIT, type Measure, MEASURES } from '../../lib/usage-series.ts';

const route = getRouteApi('/shell/usage');
const DEFAULT_DAYS = 30;

/** What the chart is stacked by; `pool` only for tokens. */
export const STACKS = [...SPENDING_GROUPS, 'pool'] as const;
export type Stack = (typeof STACKS)[number];

export const STATUSES = ['succeeded', 'failed'] as const;
type Status = (typeof STATUSES)[number];

type Change = Partial<Record<keyof ReturnType<typeof route.useSearch>, string | undefined>>;

/** What the usage page shows. It is all in the address, so that a link leads to it. */
export interface UsageChoice {
  order: SeriesOrder;
  days: number;
  measure: Measure;
  stack: Stack;
  /** What a group is: stacking by pool keeps the groups of the table. */
  groupBy: SpendingGroup;
  isCompared: boolean;
  /** The group that is singled out. */
  group: string | undefined;
  /** Start of the bar that was opened. */
  at: string | undefined;
  status: Status | undefined;
  receipt: string | null;
  event: string | null;
  set: (change: Change) => void;
  openReceipt: (id: string) => void;
  openEvent: (id: string) => void;
}

const oneOf = <T extends string>(values: readonly T[], text: string | undefined): T | undefined =>
  values.find((value) => value === text);

export function useUsageChoice(): UsageChoice {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { time_zone } = useFormat();
  const change = useCallback(
    (next: Change, replace: boolean) =>
      void navigate({ search: (now) => defined({ ...now, ...next }), replace, resetScroll: false }),
    [navigate],
  );
  const actions = useMemo(
    () => ({
      set: (next: Change) => change(next, true),
      // "Back" closes what was opened
      openReceipt: (receipt: string) => change({ receipt }, false),
      openEvent: (event: string) => change({ event }, false),
    }),
    [change],
  );
  const to = search.to ?? todayIn(time_zone);
  const from = search.from ?? dayBefore(to, DEFAULT_DAYS - 1);
  const days = daysBetween(from, to);
  const measure = oneOf(MEASURES, search.measure) ?? 'credits';
  const chosen = oneOf(STACKS, search.group_by) ?? 'model';
  const stack = chosen === 'pool' && measure !== 'tokens' ? 'model' : chosen;
  const groupBy = stack === 'pool' ? 'model' : stack;
  return {
    order: {
      from,
      to,
      tz: time_zone,
      group_by: groupBy,
      compare: 'previous',
      granularity: granularityOf(search.granularity, days),
    },
    days,
    measure,
    stack,
    groupBy,
    isCompared: search.compare === 'previous',
    group: search.group,
    at: search.at,
    status: oneOf(STATUSES, search.status),
    receipt: search.receipt ?? null,
    event: search.event ?? null,
    ...actions,
  };
}

function granularityOf(text: string | undefined, days: number): Granularity {
  const chosen = oneOf(GRANULARITIES, text);
  return chosen === undefined || (chosen === 'hour' && days > HOURLY_LIMIT) ? granularityFor(days) : chosen;
}
