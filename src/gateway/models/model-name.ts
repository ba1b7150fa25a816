import { bareOf, isSpecialWay, spellingsOf } from '../../pricing/prices/model-ids.js';

/** A suffix that says how to serve a model, such as `:nitro`. Some, such as `:free`, are also part of model ids. */
const SUFFIX = /(:[\w-]+)+$/;
/** Minimum common prefix of similar names. */
const ALIKE_MIN = 3;

/**
 * Returns the bare names under which a model may be listed; none for a name with NUL, which PostgreSQL cannot store.
 */
export const bareNamesOf = (name: string): string[] =>
  name.includes('\0') ? [] : [name, withoutSuffix(name)].flatMap(spellingsOf).map(bareOf);

/**
 * Returns the ids of offered models that a bare name can mean; several if several providers offer a model of that name.
 * The most exact spelling with a match wins. A suffix that is not part of an id is appended to it. A name that is
 * offered without a provider stands for itself.
 */
export function matchingIds(name: string, offered: readonly string[]): string[] {
  const suffix = SUFFIX.exec(name.trim())?.[0].toLowerCase() ?? '';
  for (const spelling of [name, withoutSuffix(name)].flatMap(spellingsOf)) {
    const named = offered.filter((id) => bareOf(id) === spelling && !isSpecialWay(id));
    if (named.length === 0) continue;
    const ids = named.filter((id) => id.includes('/'));
    return (ids.length > 0 ? ids : named).map((id) => (id.endsWith(suffix) ? id : id + suffix));
  }
  return [];
}

/** Returns ids of offered models that share a prefix with the name, longest prefix first. */
export function nearestIds(name: string, offered: readonly string[], most: number): string[] {
  const wanted = withoutSuffix(name).toLowerCase();
  return offered
    .map((id) => ({ id, alike: similarity(bareOf(id), wanted) }))
    .filter(({ id, alike }) => id.includes('/') && alike >= Math.min(ALIKE_MIN, wanted.length))
    .toSorted((a, b) => b.alike - a.alike || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
    .slice(0, most)
    .map(({ id }) => id);
}

const withoutSuffix = (name: string): string => name.trim().replace(SUFFIX, '');

function similarity(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1;
  return n;
}
