import type { Locator } from 'playwright-core';
import { Shop } from '../support/services/shop.js';
import { Dashboard, type OpenPage } from './support.js';

const ADMIN = { user_id: 'an-admin', roles: ['admin' as const] };

/** A service with something to sell, and its dashboard as an admin sees it. */
export class Administration {
  private constructor(
    readonly shop: Shop,
    readonly dashboard: Dashboard,
  ) {}

  static async start(): Promise<Administration> {
    const shop = await Shop.start();
    return new Administration(shop, await Dashboard.start(shop.w));
  }

  async close(): Promise<void> {
    await this.dashboard.close();
    await this.shop.close();
  }

  /** Opens a path as an admin, hands it to `steps`, and asserts that nothing went wrong on the page. */
  async onPage(path: string, steps: (p: OpenPage) => Promise<void>, options = {}): Promise<void> {
    const opened = await this.dashboard.open(path, ADMIN, options);
    await steps(opened);
    await opened.close();
  }
}

export const button = ({ page }: OpenPage, name: string): Locator => page.getByRole('button', { name, exact: true });
export const form = ({ page }: OpenPage, name: string): Locator => page.getByRole('form', { name, exact: true });
export const see = ({ page }: OpenPage, text: string): Promise<void> => page.getByText(text).first().waitFor();
/** Waits until nothing on the page is loading. */
export const settled = async ({ page }: OpenPage): Promise<void> => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[data-loading]').first().waitFor({ state: 'detached' });
};
/** The service refused what was sent. */
export const refused = ({ page }: OpenPage): Promise<void> =>
  page.getByRole('alert', { name: 'This did not work' }).first().waitFor();
/** Chooses an option of a select. */
export async function choose(p: OpenPage, field: Locator, option: string): Promise<void> {
  await field.click();
  await p.page.getByRole('option', { name: option }).first().click();
}
