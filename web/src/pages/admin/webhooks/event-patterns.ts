import { EVENT_TYPES } from '../../../api/events.gen.ts';

const groups = new Set(EVENT_TYPES.map((type) => `${type.split('.', 1)[0] ?? ''}.*`));

/** What an endpoint can receive: everything, groups of types, and single types. */
export const EVENT_PATTERNS: string[] = ['*', ...groups, ...EVENT_TYPES];
