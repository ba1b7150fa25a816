import { queryOptions } from '@tanstack/react-query';
import { Problem } from '../api/problem.ts';

/** GET /app/config.json: how the dashboard looks and how people sign in to it. */
export interface DashboardConfig {
  brand: {
    name: string;
    logo_url: string | null;
    accent: string | null;
    support_email: string | null;
    links: readonly { label: string; url: string }[];
  };
  sign_in: {
    provider: { issuer: string; client_id: string; scope: string; resource: string | null } | null;
    is_development: boolean;
  };
  features: {
    payments: boolean;
    own_keys: boolean;
    gateway: boolean;
    litellm: boolean;
  };
}

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
