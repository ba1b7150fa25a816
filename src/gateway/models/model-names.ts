import { Injectable } from '@nestjs/common';
import { DomainError } from '../../platform/errors.js';
import { PricesRepository } from '../../pricing/prices/prices.repository.js';
import { SERVICE } from '../calls/call-rates.js';
import { bareNamesOf, matchingIds, nearestIds } from './model-name.js';

/** Maximum number of candidates in an error. */
const CANDIDATES_MAX = 5;

/**
 * Resolves bare model names. Clients written for one provider send `gpt-4o-mini`; OpenRouter calls the model
 * `openai/gpt-4o-mini`.
 */
@Injectable()
export class ModelNames {
  constructor(private readonly prices: PricesRepository) {}

  /**
   * Resolves names to model ids, in the same order. Names with a slash are ids already and stay unchanged.
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
    const meant = matchingIds(name, offered);
    const [id] = meant;
    if (id !== undefined && meant.length === 1) return id;
    if (meant.length > 1) {
      const candidates = meant.slice(0, CANDIDATES_MAX);
      const detail = `Several providers offer ${name}. Use one of these ids: ${candidates.join(', ')}.`;
      throw new DomainError('malformed', 'model_ambiguous', detail, { param, candidates });
    }
    const candidates = nearestIds(name, await this.prices.offered(SERVICE), CANDIDATES_MAX);
    const nearest = candidates.length > 0 ? ` Similar models: ${candidates.join(', ')}.` : '';
    const detail = `There is no model ${name}.${nearest} GET /models lists all models.`;
    throw new DomainError('not_found', 'model_not_found', detail, { param, candidates });
  }
}

const isBare = (name: string): boolean => !name.includes('/');
