import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { MeView, PredictionView } from '../../api/schema.gen.ts';
import { predictions } from '../../api/usage.ts';
import { type AmountText, isZero, positionOf } from '../../lib/amount.ts';
import { dayIn, todayIn } from '../../lib/dates.ts';
import { daysTo, pointsOf } from '../../lib/forecast.ts';
import { useFormat } from '../../lib/format.ts';
import { Forecast } from '../../ui/charts/forecast.tsx';
import { StatCard } from '../../ui/stat-card.tsx';
import { ProblemAlert } from '../../ui/states.tsx';

type Account = NonNullable<MeView['account']>;

/** The day on which the credits run out, with its band. */
export function ForecastCard({ account }: { account: Account }) {
  const t = useTranslations('overview');
  const format = useFormat();
  const { data, error, refetch } = useQuery(predictions(format.time_zone));
  const headline = useHeadline(account);
  if (error && !data) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  const isDrawn = data && data.predicted_cost > 0 && !isZero(account.available);
  const start = {
    today: todayIn(format.time_zone),
    available: positionOf(account.available),
    renewal: dayIn(format.time_zone, new Date(account.reset_date)),
  };
  return (
    <StatCard
      label={t('runOut')}
      badge={
        isDrawn && (
          <Badge variant="light" color="gray" tt="none">
            {t('confidence', { percent: format.percent(data.confidence * 100, 0) })}
          </Badge>
        )
      }
      value={data && <span className="sentence">{headline(data).value}</span>}
      detail={data && headline(data).detail}
    >
      {isDrawn && <Forecast points={pointsOf(data, start)} formatTime={(day) => format.calendarDay(day, false)} />}
    </StatCard>
  );
}

/** @returns when the credits run out, as a person says it */
function useHeadline(account: Account): (prediction: PredictionView) => { value: string; detail: ReactNode } {
  const t = useTranslations('overview');
  const format = useFormat();
  const today = todayIn(format.time_zone);
  return ({ run_out, predicted_cost, predicted_total_cost, interval }) => {
    if (isZero(account.available)) return { value: t('ranOut'), detail: t('ranOutText') };
    if (predicted_cost === 0) return { value: t('noForecast'), detail: t('noForecastText') };
    const costs = t('expected', {
      cost: format.cents(predicted_total_cost),
      low: format.cents(interval.low.toFixed(2) as AmountText),
      high: format.cents(interval.high.toFixed(2) as AmountText),
    });
    const [earliest, likely, latest] = [run_out?.earliest, run_out?.likely, run_out?.latest].map((day) =>
      day ? { relative: format.inDays(daysTo(today, day)), day: format.calendarDay(day) } : null,
    );
    if (!earliest) return { value: t('lasts'), detail: costs };
    if (!likely) return { value: t('mayLast'), detail: t('atTheEarliest', { day: earliest.day }) };
    if (!latest) return { value: likely.relative, detail: t('aroundOpen', { day: likely.day, from: earliest.day }) };
    return {
      value: likely.relative,
      detail: t('around', { day: likely.day, from: earliest.day, to: latest.day }),
    };
  };
}
