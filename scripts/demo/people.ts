import { PERSONAS, type Persona } from './catalogue.ts';
import type { Random } from './random.ts';

const NAMES = ['alex', 'bea', 'chen', 'dana', 'emil', 'fatima', 'goran', 'hana', 'ines', 'jonas', 'kofi', 'lena'];
const TEAMS = ['design', 'sales', 'support', 'research', 'platform', 'legal', 'finance', 'ops'];
const HOURS_OF_DAY = [0, 0, 0, 0, 0, 1, 2, 4, 8, 10, 10, 9, 7, 9, 10, 10, 9, 7, 5, 4, 4, 3, 2, 1];
const HOURS_SUM = HOURS_OF_DAY.reduce((sum, share) => sum + share, 0);

/** A user of the demo. */
export interface Person {
  user_id: string;
  persona: Persona;
  /** Days before today on which the account opens. */
  joined_days_ago: number;
  /** Day of the account's life on which the plan is bought. */
  upgrades_on: number;
}

/** Returns `count` users, most of whom joined at the start of the demo's `days`. */
export function peopleOf(random: Random, count: number, days: number): Person[] {
  return Array.from({ length: count }, (_, n) => ({
    user_id: `${random.pick(NAMES)}-${random.pick(TEAMS)}-${String(n + 1).padStart(3, '0')}`,
    persona: random.weighted(PERSONAS),
    joined_days_ago: random.isTrue(0.5) ? days : random.whole(2, days),
    upgrades_on: random.whole(1, 8),
  }));
}

/** Returns how many calls a user makes in the hour that begins at `hour`. */
export function callsIn(random: Random, { persona, joined_days_ago }: Person, hour: Date, days_ago: number): number {
  const age = joined_days_ago - days_ago;
  if (age < 0 || (persona.kind === 'gone' && age > 12)) return 0;
  const isWeekend = hour.getUTCDay() % 6 === 0;
  const growth = 1 + (0.5 * age) / 60;
  const share = (HOURS_OF_DAY[hour.getUTCHours()] ?? 0) / HOURS_SUM;
  return random.count(persona.calls * growth * share * (isWeekend ? persona.weekend : 1));
}
