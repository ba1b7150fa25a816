import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { welcome_event } from '../../generated/prisma/enums.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { isComplete, progressOf, stepsOf, type WelcomeFacts } from './welcome.js';

const AT = new Date('2026-12-01T00:00:00Z');
const EVENTS = Object.values(welcome_event);
const step = (source: string, on: welcome_event) => ({ source, on, credits: '1', expires_days: 30, updated_at: AT });
const facts = (more: Partial<WelcomeFacts> = {}): WelcomeFacts => ({
  source: '*',
  started_at: AT,
  has_ended: false,
  done: new Set(),
  given: new Set(),
  arm_steps: null,
  ...more,
});
const after = (ms: number): Date => new Date(AT.getTime() + ms);

describe('the steps of a source', () => {
  const all = [step('*', 'registered'), step('news', 'first_call')];

  it('are its own, or those of * if it has none', () => {
    expect(stepsOf(all, 'news')).toEqual([all[1]]);
    expect(stepsOf(all, 'other')).toEqual([all[0]]);
    expect(stepsOf([], 'news')).toEqual([]);
  });
});

describe('a step', () => {
  const steps = [step('*', 'first_call')];
  const stateAt = (more: Partial<WelcomeFacts>, ms: number) => progressOf(steps, facts(more), after(ms))[0]?.state;

  it('is open, due once it is done, and given for good', () => {
    expect(stateAt({}, 0)).toBe('open');
    expect(stateAt({ done: new Set(['first_call']) }, 0)).toBe('due');
    expect(stateAt({ done: new Set(['first_call']), given: new Set(['first_call']) }, 0)).toBe('given');
    expect(stateAt({ given: new Set(['first_call']) }, 90 * DAY_MS)).toBe('given');
  });

  it('is missed 30 days after registration', () => {
    expect(stateAt({ done: new Set(['first_call']) }, 30 * DAY_MS - 1)).toBe('due');
    expect(stateAt({ done: new Set(['first_call']) }, 30 * DAY_MS)).toBe('missed');
  });

  it('is never due again after it was given', () =>
    fc.assert(
      fc.property(fc.subarray(EVENTS), fc.subarray(EVENTS), fc.nat(60 * DAY_MS), (done, given, ms) => {
        const all = EVENTS.map((on) => step('*', on));
        const progress = progressOf(all, facts({ done: new Set(done), given: new Set(given) }), after(ms));
        for (const one of progress) expect(one.state === 'given').toBe(given.includes(one.step.on));
        expect(isComplete(progress)).toBe(ms >= 30 * DAY_MS || given.length === EVENTS.length);
      }),
    ));
});
