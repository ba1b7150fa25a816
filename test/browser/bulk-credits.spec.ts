import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImportBooking } from '../../src/bulk/imports/import-booking.js';
import { TestEnv } from '../support/factories.js';
import { button, see, settled } from './administration.js';
import { Dashboard } from './support.js';

const ADMIN = { user_id: 'an-admin', roles: ['admin' as const] };

let w: TestEnv;
let dashboard: Dashboard;
beforeAll(async () => {
  w = await TestEnv.start();
  dashboard = await Dashboard.start(w);
});
afterAll(async () => {
  await dashboard.close();
  await w.close();
});

describe('a file of credits', () => {
  it('is checked first, then booked, and shows the result of each line', async () => {
    const [ann, ben] = [await w.user('5'), await w.user('5')];
    const lines = [
      'user_id,amount,reason',
      `${ann},10,June`,
      `${ben},2.5,June`,
      `nobody-here,1,June`,
      `${ann},-1,Oops`,
    ];
    const p = await dashboard.open('/admin/bulk-credits?tab=imports', ADMIN);
    await see(p, 'No files');
    await button(p, 'Upload a file').first().click();
    const [chooser] = await Promise.all([
      p.page.waitForEvent('filechooser'),
      p.page.getByRole('button', { name: 'File', exact: true }).click(),
    ]);
    await chooser.setFiles({ name: 'june.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
    await button(p, 'Check the file').click();
    await see(p, 'No account has the user id nobody-here.');
    await see(p, 'amount: must be greater than zero');
    expect(await p.page.getByText('Can be booked').count()).toBeGreaterThan(1);
    expect((await w.balance(ann)).balance).toBe('5.000000'); // only checked
    await p.isAccessible();

    await button(p, 'Book 2 lines').click();
    await see(p, 'each for itself. 2 lines cannot be booked and are left out.');
    await button(p, 'Book 2 lines').last().click();
    await see(p, 'The lines are being booked.');
    const [file] = (await w.list('admin/credits/imports')).body;
    await w.t.app.get(ImportBooking).book(String(file?.id), new AbortController().signal);
    await p.page.reload();
    await see(p, 'Complete');
    await settled(p);
    const rows = (state: string) =>
      p.page
        .getByRole('dialog')
        .getByRole('row')
        .filter({ has: p.page.getByText(state, { exact: true }) });
    expect(await rows('Booked').count()).toBe(2);
    expect(await rows('Cannot be booked').count()).toBe(2);
    await p.isAccessible();
    await p.close();
    expect([(await w.balance(ann)).balance, (await w.balance(ben)).balance]).toEqual(['15.000000', '7.500000']);
  });
});
