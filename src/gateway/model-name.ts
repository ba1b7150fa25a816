import { bareOf, isSpecialWay, spellingsOf } from '../pricing/model-ids.js';

/** A way in which a model is to be served, such as `:nitro`; `:free` and some others are models of their own, too. */
const SUFFIX = /(:[\w-]+)+$/;
/** Names that begin with fewer letters alike are not alike. */
const ALIKE_MIN = 3;

/** The bare names under which the model of a name may be listed; none of one that no database can hold. */
export const bareNamesOf = (name: string): string[] =>
  name.includes('\0') ? [] : [name, withoutSuffix(name)].flatMap(spellingsOf).map(bareOf);

/**
 * The ids of offered models that a bare name stands for; several where several providers have a model of that name. The
 * most exact spelling that any of them has counts. A suffix that belongs to no id is kept. A name that is offered as it
 * is stands for itself.
 */
export function idsMeant(name: string, offered: readonly string[]): string[] {
  const suffix = SUFFIX.exec(name.trim())?.[0].toLowerCase() ?? '';
  for (const spelling of [name, withoutSuffix(name)].flatMap(spellingsOf)) {
    const named = offered.filter((id) => bareOf(id) === spelling && !isSpecialWay(id));
    if (named.length === 0) continue;
    const ids = named.filter((id) => id.includes('/'));
    return (ids.length > 0 ? ids : named).map((id) => (id.endsWith(suffix) ? id : id + suffix));
  }
  return [];
}

/** Ids of offered models whose bare names begin as the name does, those with the most letters alike first. */
export function nearestIds(name: string, offered: readonly string[], most: number): string[] {
  const wanted = withoutSuffix(name).toLowerCase();
  return offered
    .map((id) => ({ id, alike: lettersAlike(bareOf(id), wanted) }))
    .filter(({ id, alike }) => id.includes('/') && alike >= Math.min(ALIKE_MIN, wanted.length))
    .toSorted((a, b) => b.alike - a.alike || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
    .slice(0, most)
    .map(({ id }) => id);
}

const withoutSuffix = (name: string): string => name.trim().replace(SUFFIX, '');

function lettersAlike(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1;
  return n;
}
