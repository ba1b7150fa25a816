import type { WelcomeStepView } from './schema.gen.ts';

/** What new users can get credits for, in the usual order. */
export const WELCOME_STEPS = [
  'registered',
  'email_verified',
  'first_call',
  'payment_method',
  'profile_complete',
] as const satisfies WelcomeStepView['on'][];
