import type { PriceImportView } from './import.dto.js';
import { HELD_BACK_CODES, type PriceList } from './price-list.js';
import type { ImportPlan } from './price-import.js';

const EXAMPLES_MAX = 3;

/** Builds the report of an import. */
export function reportOf(list: PriceList, plan: ImportPlan): PriceImportView {
  const { free, unchanged, kept, kept_from_list } = plan;
  const held_back = [...list.held_back, ...plan.held_back];
  return {
    format: list.source,
    models: list.models,
    fully_read: list.listed.length - list.partly.length,
    partly_read: list.partly.length,
    free,
    added: plan.added.length,
    changed: plan.changed.length,
    unchanged,
    kept,
    kept_from_list,
    held_back_by_code: HELD_BACK_CODES.map((code) => ({
      code,
      models: held_back.filter((item) => item.code === code).length,
    })).filter(({ models }) => models > 0),
    held_back,
    partly: list.partly,
    keys: list.keys,
  };
}

/** Returns what needs attention, one line per reason. */
export function warningsOf({ held_back_by_code, held_back, keys }: PriceImportView): string[] {
  const lines = held_back_by_code.map(({ code, models }) => {
    const of = held_back.filter((item) => item.code === code);
    const examples = of.slice(0, EXAMPLES_MAX).map(({ model, reason }) => `${model} ${reason}`);
    return `held back ${models} (${code}): ${examples.join('; ')}${models > EXAMPLES_MAX ? '; ...' : ''}`;
  });
  const unread = keys.filter(({ use }) => use === 'unread').map(({ key, models }) => `${key} (${models} models)`);
  return unread.length === 0 ? lines : [...lines, `unread keys: ${unread.join(', ')}`];
}
