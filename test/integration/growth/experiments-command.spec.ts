import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliOn, failureOf } from '../../support/cli.js';
import { TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const cli = (...argv: string[]) => cliOn(w.t.database_url)(...argv);
const json = (...argv: string[]) => cli(...argv, '--json');
const ARMS = [{ name: 'usual' }, { name: 'ten', trial_credits: '10' }].map((arm) => JSON.stringify(arm));
const TERMS = ['--metric', 'converted', '--to', '2099-01-01T00:00:00Z', '--arms', ...ARMS];

describe('tollgate experiments', () => {
  it('plans the size, lists, shows why no arm is better yet, and stops', async () => {
    const planned = [...TERMS, '--baseline', '10', '--smallest-difference', '5'];
    const created = await json('experiments', 'create', 'trial-size', ...planned);
    // two shares of 10 and 15 %, found in 80 % of cases at 95 % confidence
    expect(created.json()).toMatchObject({ key: 'trial-size', state: 'running', arm_size: 726, window_days: 14 });
    await w.done('provisioning/register', { user_id: 'ann' });
    expect((await json('experiments', 'list')).json()).toMatchObject([{ key: 'trial-size' }]);
    const shown = await json('experiments', 'show', 'trial-size');
    expect(shown.json()).toMatchObject({ winner: null, reason: 'sample_size_not_reached', have: 0, need: 726 });
    const { stdout } = await cli('experiments', 'show', 'trial-size');
    expect(stdout).toContain('No winner yet: the smallest arm has 0 of 726 accounts whose windows are over.');
    expect((await json('experiments', 'stop', 'trial-size')).json()).toMatchObject({ state: 'stopped' });
  });

  it('says what is wrong with terms', async () => {
    const failed = failureOf(await json('experiments', 'create', 'no-size', ...TERMS));
    expect(failed).toMatchObject({ code: 'invalid_request', errors: [{ field: 'arm_size' }] });
    const again = failureOf(await json('experiments', 'create', 'trial-size', ...TERMS, '--arm-size', '100'));
    expect(again).toMatchObject({ code: 'already_exists' });
    expect(failureOf(await json('experiments', 'show', 'unknown'))).toMatchObject({ code: 'not_found' });
  });
});

describe('tollgate growth', () => {
  it('shows how accounts were opened, as rows or JSON', async () => {
    await w.done('provisioning/register', { user_id: 'bob', source: 'ads' });
    expect((await json('growth', 'show')).json()).toMatchObject({
      total: { accounts: 2 },
      groups: [
        { layer: 'registration', source: '*', accounts: 1 },
        { layer: 'registration', source: 'ads', accounts: 1 },
      ],
    });
    expect((await cli('growth', 'show')).stdout).toMatch(/ ads +│ opened +│ +1 │/);
    const failed = failureOf(await json('growth', 'show', '--from', '2026-02-01', '--to', '2026-01-01'));
    expect(failed).toMatchObject({ code: 'invalid_request', errors: [{ field: 'from' }] });
  });
});
