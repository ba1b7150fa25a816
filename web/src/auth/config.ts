import { queryOptions } from '@tanstack/react-query';
import { Problem } from '../api/problem.ts';
import type { DashboardConfigView } from '../api/schema.gen.ts';

/** How the dashboard looks, how people sign in to it, and which parts of the service are on. */
export type DashboardConfig = DashboardConfigView;

export const dashboardConfig = () =>
  queryOptions({
    queryKey: ['config'],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const response = await fetch('/app/config.json', { signal });
      if (!response.ok) throw await Problem.from(response);
      return (await response.json()) as DashboardConfig;
    },
  });
