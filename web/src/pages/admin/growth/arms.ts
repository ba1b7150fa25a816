import type { ExperimentArm, WelcomeStepView } from '../../../api/schema.gen.ts';
import type { AmountText } from '../../../lib/amount.ts';

/** What the accounts of an arm get: what everybody gets, or other credits, or other steps. */
export const GIFTS = ['usual', 'credits', 'steps'] as const;

/** A step as typed. */
interface StepDraft {
  on: WelcomeStepView['on'];
  credits: string;
  expires_days: string;
}

/** An arm as typed. */
export interface ArmDraft {
  name: string;
  weight: string;
  gift: (typeof GIFTS)[number];
  trial_credits: string;
  trial_steps: StepDraft[];
}

/** @returns a step to begin with */
export const newStep = (): StepDraft => ({ on: 'email_verified', credits: '', expires_days: '30' });

/** @returns an arm to begin with */
export const newArm = (name = '', gift: ArmDraft['gift'] = 'credits'): ArmDraft => ({
  name,
  weight: '1',
  gift,
  trial_credits: '',
  trial_steps: [],
});

/** @returns the arm as the API reads it */
export function armFrom({ name, weight, gift, trial_credits, trial_steps }: ArmDraft): ExperimentArm {
  const arm = { name: name.trim(), weight: Number(weight) };
  if (gift === 'usual') return arm;
  if (gift === 'credits') return { ...arm, trial_credits: trial_credits.trim() as AmountText };
  const steps = trial_steps.map(({ on, credits, expires_days }) => ({
    on,
    credits: credits.trim() as AmountText,
    expires_days: Number(expires_days),
  }));
  return { ...arm, trial_steps: steps };
}
