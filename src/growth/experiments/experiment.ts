import type { ExperimentRow, WelcomeStepRow } from '../../generated/rows.js';
import { type FieldError, InvalidInput } from '../../platform/errors.js';
import type { Quantiles } from './quantiles.js';
import { armSizeFor } from './sample-size.js';

export const WEIGHT_MAX = 1000;
export const STEPS_MAX = 4;
const PERCENT = 100;
const SIZE_MIN = 30;
const SIZE_MAX = 1_000_000;

/** A step that gives credits. */
export type Step = Pick<WelcomeStepRow, 'on' | 'credits' | 'expires_days'>;

/** What the accounts of an arm get; what is left out is as for everybody else. */
export interface Arm {
  name: string;
  weight: number;
  /** Credits, in place of INITIAL_CREDITS. */
  trial_credits?: string;
  /** Steps, in place of those of the source. */
  trial_steps?: Step[];
}

/** An experiment as stored. */
export type Experiment = Omit<ExperimentRow, 'arms'> & { arms: Arm[] };

/** Returns whether new accounts take part now. */
export function stateOf({ from, to, stopped_at }: Experiment, now: Date): 'planned' | 'running' | 'ended' | 'stopped' {
  if (stopped_at !== null) return 'stopped';
  if (now < from) return 'planned';
  return now < to ? 'running' : 'ended';
}

/** The terms of a new experiment that depend on each other. */
interface Terms {
  metric: ExperimentRow['metric'];
  arms: readonly Pick<Arm, 'name' | 'trial_steps'>[];
  from?: Date | undefined;
  to: Date;
  arm_size?: number | undefined;
  baseline?: string | null | undefined;
  smallest_difference?: string | null | undefined;
}

/**
 * Returns how many accounts each arm needs: `arm_size`, or what the difference to be found asks for.
 * @throws InvalidInput naming the terms that do not fit together
 */
export function plannedSize(terms: Terms, now: Date, quantiles: Quantiles): number {
  const faults = faultsOf(terms, now);
  if (faults.length > 0) throw new InvalidInput(faults);
  if (terms.arm_size !== undefined) return terms.arm_size;
  const [baseline, difference] = [share(terms.baseline), share(terms.smallest_difference)];
  const others = [baseline + difference, baseline - difference];
  if (!others.some((other) => other > 0 && other < 1)) {
    const message = 'must lead from baseline to a share between 0 and 100 percent';
    throw new InvalidInput([{ field: 'smallest_difference', message }]);
  }
  const size = Math.max(SIZE_MIN, armSizeFor(baseline, difference, terms.arms.length, quantiles));
  if (size <= SIZE_MAX) return size;
  const message = `needs ${size} accounts per arm, more than ${SIZE_MAX}; plan for a larger difference`;
  throw new InvalidInput([{ field: 'smallest_difference', message }]);
}

function faultsOf({ metric, arms, from, to, arm_size, baseline, smallest_difference }: Terms, now: Date): FieldError[] {
  const faults: FieldError[] = [];
  const names = arms.map(({ name }) => name);
  if (new Set(names).size < names.length) faults.push({ field: 'arms', message: 'must have different names' });
  if (arms.some(({ trial_steps = [] }) => new Set(trial_steps.map(({ on }) => on)).size < trial_steps.length))
    faults.push({ field: 'arms', message: 'must have each step at most once' });
  if (from && from < now) faults.push({ field: 'from', message: 'must not be in the past' });
  if (to <= (from ?? now))
    faults.push({ field: 'to', message: from ? 'must be after from' : 'must not be in the past' });
  const isComputed = Boolean(baseline && smallest_difference);
  if (isComputed === (arm_size !== undefined) || Boolean(baseline) !== Boolean(smallest_difference))
    faults.push({ field: 'arm_size', message: 'must be given, or else both baseline and smallest_difference' });
  else if (isComputed && metric === 'revenue')
    faults.push({ field: 'arm_size', message: 'must be given for revenue; baseline is for shares' });
  return faults;
}

const share = (percent: string | null | undefined): number => Number(percent) / PERCENT;
