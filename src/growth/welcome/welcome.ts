import type { WelcomeStepRow } from '../../generated/rows.js';
import type { Step } from '../experiments/experiment.js';
import type { welcome_event } from '../../generated/prisma/enums.js';
import { DAY_MS } from '../../platform/values/calendar.js';

/** Days after registration in which steps can be done. */
export const WELCOME_DAYS = 30;

/** What is known about a new user. */
export interface WelcomeFacts {
  source: string;
  started_at: Date;
  /** What the user has done. */
  done: ReadonlySet<welcome_event>;
  /** Whether it was noted that nothing more can be got. */
  has_ended: boolean;
  /** What credits were given for. */
  given: ReadonlySet<welcome_event>;
  /** The steps of the user's arm in an experiment; null if the user has those of the source. */
  arm_steps: Step[] | null;
}

/** A step as it stands. `due`: done, but its credits were not given yet. `missed`: it was not done in time. */
export interface WelcomeProgress {
  step: Step;
  state: 'open' | 'due' | 'given' | 'missed';
}

/**
 * Returns the steps of a source: its own, otherwise those of `*`. What is given stays in the list of the user, even if
 * the operator removed the step.
 */
export function stepsOf(all: readonly WelcomeStepRow[], source: string): WelcomeStepRow[] {
  const own = all.filter((step) => step.source === source);
  return own.length > 0 ? own : all.filter((step) => step.source === '*');
}

/** Returns how far a user is with the steps. */
export function progressOf(steps: readonly Step[], facts: WelcomeFacts, now: Date): WelcomeProgress[] {
  const isOver = now.getTime() >= endOf(facts).getTime();
  return steps.map((step) => {
    if (facts.given.has(step.on)) return { step, state: 'given' };
    if (isOver) return { step, state: 'missed' };
    return { step, state: facts.done.has(step.on) ? 'due' : 'open' };
  });
}

/** Returns until when steps can be done. */
export const endOf = ({ started_at }: Pick<WelcomeFacts, 'started_at'>): Date =>
  new Date(started_at.getTime() + WELCOME_DAYS * DAY_MS);

/** Whether nothing more can be got. */
export const isComplete = (progress: readonly WelcomeProgress[]): boolean =>
  progress.every(({ state }) => state === 'given' || state === 'missed');
