import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliOn, failureOf } from '../../support/cli.js';
import { TestEnv } from '../../support/factories.js';
import { Invitations } from '../../support/invitations.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const referrals = (...argv: string[]) => cliOn(w.t.database_url)('referrals', ...argv, '--json');

describe('tollgate referrals', () => {
  it('sets, shows and removes the terms', async () => {
    expect(failureOf(await referrals('program', 'show'))).toMatchObject({ code: 'not_found' });
    const set = await referrals('program', 'set', '--reward', '10', '--min-paid', '20', '--refund-days', '7');
    expect(set.json()).toMatchObject({ reward: '10.000000', min_paid: '20.000000', refund_days: 7, redeem_days: 30 });
    expect((await referrals('program', 'show')).json()).toEqual(set.json());
    expect((await referrals('program', 'remove')).json()).toEqual({ deleted: true });
  });

  it('lists, shows and revokes', async () => {
    const i = new Invitations(w);
    await i.setProgram();
    const ann = await w.user();
    const bob = await i.invited(ann);
    const id = String((await i.of(bob)).id);
    expect((await referrals('list', '--state', 'pending')).json()).toMatchObject([{ id, user_id: bob }]);
    expect((await referrals('show', id)).json()).toMatchObject({ referrer_id: ann, state: 'pending' });
    expect((await referrals('revoke', id)).json()).toMatchObject({ state: 'refused', reason: 'revoked' });
    expect(failureOf(await referrals('show', 'nonsense'))).toMatchObject({ code: 'not_found' });
  });
});
