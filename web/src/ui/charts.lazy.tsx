import { Skeleton } from '@mantine/core';
import { type ComponentProps, lazy, Suspense } from 'react';
import type * as Charts from './charts.tsx';

// recharts is large: it is loaded after the first figures are there, as one chunk.
const load = () => import('./charts.tsx');
const LazyStackedChart = lazy(async () => ({ default: (await load()).StackedChart }));
const LazySpark = lazy(async () => ({ default: (await load()).Spark }));
const LazyForecast = lazy(async () => ({ default: (await load()).Forecast }));

// Each skeleton is as high as what comes, so that nothing moves.
export const StackedChart = (props: ComponentProps<typeof Charts.StackedChart>) => (
  <Suspense fallback={<Skeleton h={298} />}>
    <LazyStackedChart {...props} />
  </Suspense>
);
export const Spark = (props: ComponentProps<typeof Charts.Spark>) => (
  <Suspense fallback={<Skeleton h={56} />}>
    <LazySpark {...props} />
  </Suspense>
);
export const Forecast = (props: ComponentProps<typeof Charts.Forecast>) => (
  <Suspense fallback={<Skeleton h={120} />}>
    <LazyForecast {...props} />
  </Suspense>
);
