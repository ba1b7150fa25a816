import { Injectable } from '@nestjs/common';
import { DomainError } from '../platform/errors.js';
import { PricesRepository } from '../pricing/prices.repository.js';
import { SERVICE } from './call-rates.js';
import { bareNamesOf, idsMeant, nearestIds } from './model-name.js';

/** Candidates that an error tells, at most. */
const CANDIDATES_MAX = 5;

/**
 * Finds the model that a bare name means: clients that were made for one provider say `gpt-4o-mini`, and the provider of
 * many knows it as `openai/gpt-4o-mini`.
 */
@Injectable()
export class ModelNames {
  constructor(private readonly prices: PricesRepository) {}

  /**
   * The ids that names stand for, in their order. Ids, which have a slash, are left as they are.
   * @throws DomainError `model_not_found`, `model_ambiguous` with the candidates
   */
  async idsOf(names: readonly string[]): Promise<readonly string[]> {
    const bare = names.filter(isBare);
    if (bare.length === 0) return names;
    const offered = await this.prices.offered(SERVICE, bare.flatMap(bareNamesOf));
    const ids: string[] = [];
    for (const [i, name] of names.entries()) {
      ids.push(isBare(name) ? await this.idOf(name, offered, i === 0 ? 'model' : 'models') : name);
    }
    return ids;
  }

  private async idOf(name: string, offered: readonly string[], param: string): Promise<string> {
    const meant = idsMeant(name, offered);
    const [id] = meant;
    if (id !== undefined && meant.length === 1) return id;
    if (meant.length > 1) {
      const candidates = meant.slice(0, CANDIDATES_MAX);
      const detail = `Several providers have ${name}: name one of ${candidates.join(', ')}.`;
      throw new DomainError('malformed', 'model_ambiguous', detail, { param, candidates });
    }
    const candidates = nearestIds(name, await this.prices.offered(SERVICE), CANDIDATES_MAX);
    const nearest = candidates.length > 0 ? ` Models with names like it: ${candidates.join(', ')}.` : '';
    const detail = `There is no model ${name}.${nearest} GET /models lists all.`;
    throw new DomainError('not_found', 'model_not_found', detail, { param, candidates });
  }
}

const isBare = (name: string): boolean => !name.includes('/');
