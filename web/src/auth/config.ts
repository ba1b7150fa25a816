import type { DashboardConfigView } from '../api/schema.gen.ts';

/** How the dashboard looks, how people sign in to it, and which parts of the service are on. */
export type DashboardConfig = DashboardConfigView;

/** The service writes it into the page, so that nothing waits for it (src/app/dashboard.ts). */
export const dashboardConfig = JSON.parse(document.getElementById('config')?.textContent ?? '') as DashboardConfig;
