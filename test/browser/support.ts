import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Role } from '../../src/platform/actor.js';
import type { TestApp } from '../support/app.js';
import { launchBrowser } from '../support/services/chromium.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Steps on a busy machine take long; a step that never comes fails all the same. */
const STEP_MS = 20_000;

/** Who opens a page. */
export interface Viewer {
  user_id: string;
  roles?: Role[];
  /** A token to use instead of a new one. */
  token?: string;
}

/** The dashboard of a running service, in a real browser. One browser serves a whole file of specs. */
export class Dashboard {
  private constructor(
    readonly t: TestApp,
    readonly url: string,
    readonly browser: Browser,
  ) {}

  /** Lets the service listen and starts the browser. The caller closes the service. */
  static async start({ t }: { t: TestApp }): Promise<Dashboard> {
    await t.app.listen(0, '127.0.0.1');
    const url = (await t.app.getUrl()).replace('[::1]', '127.0.0.1');
    return new Dashboard(t, url, await launchBrowser());
  }

  /** Starts the browser for a service that runs at `url` with the secret and the database of `t`. */
  static async at({ t }: { t: TestApp }, url: string): Promise<Dashboard> {
    return new Dashboard(t, url, await launchBrowser());
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** Opens a path below /app, signed in as the viewer; without one, nobody is signed in. */
  async open(path: string, viewer: Viewer | null, options: BrowserContextOptions = {}): Promise<OpenPage> {
    const context = await this.browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    if (viewer) {
      const { user_id, roles = ['user'], token = await this.t.tokenFor(user_id, ...roles) } = viewer;
      const session = JSON.stringify({ token, via: 'token' });
      // only at first: a page that is signed out stays signed out
      await page.addInitScript(
        `if (!sessionStorage.length) sessionStorage.setItem('tollgate.session', ${JSON.stringify(session)})`,
      );
    }
    const opened = new OpenPage(page, this.url);
    await page.goto(`${this.url}/app${path}`);
    return opened;
  }
}

/** A page that remembers everything that went wrong on it. */
export class OpenPage {
  private readonly faults: string[] = [];

  constructor(
    readonly page: Page,
    url: string,
  ) {
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      // refusals of the API are part of the specs; the browser logs each of them, without saying of what
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal && page.url().startsWith(url)) this.faults.push(message.text());
    });
    page.on('response', (response) => {
      const { pathname, origin } = new URL(response.url());
      const isOwn = origin === url && (pathname.startsWith('/app') || response.status() >= 500);
      if (isOwn && response.status() >= 400) this.faults.push(`${response.status()} ${pathname}`);
    });
  }

  /** Asserts that the page, as it is now with all that is open on it, has no fault that axe-core knows. */
  async isAccessible(): Promise<void> {
    expect(await accessibilityFaults(this.page)).toEqual([]);
  }

  /** Closes the page and asserts that it logged no error, which includes violations of its security policy. */
  async close(): Promise<void> {
    await this.page.context().close();
    expect(this.faults).toEqual([]);
  }
}

/** The page's policy does not allow the script of axe-core, but the debugger may run it. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('Runtime.evaluate', { expression: axe });
  const options = { runOnly: AXE_TAGS, rules: { region: { enabled: false } } }; // overlays are outside of the landmarks
  // colors are judged when overlays have faded in
  const settled = `Promise.all(document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity).map(({ finished }) => finished.catch(() => {})))`;
  const expression = `${settled}.then(() => axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' ')))))`;
  const { result } = await debug.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  await debug.detach();
  return result.value as string[];
}
