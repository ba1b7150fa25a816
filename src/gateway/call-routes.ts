import { Inject, Injectable } from '@nestjs/common';
import { OwnKeys } from '../openrouter/own-keys.js';
import { CONFIG, type Config } from '../platform/config.js';
import { DomainError } from '../platform/errors.js';

/** Whose key a call is made with. */
export interface Route {
  api_key: string;
  is_own_key: boolean;
}

/** Says with whose key calls are made. */
@Injectable()
export class CallRoutes {
  constructor(
    private readonly keys: OwnKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A user's own key goes before the platform's.
   * @throws DomainError `no_openrouter_key`
   */
  async of(user_id: string): Promise<Route> {
    const own = await this.keys.find(user_id);
    const api_key = own ?? this.config.openrouter.api_key;
    if (api_key !== null) return { api_key, is_own_key: own !== null };
    const detail = 'Connect an OpenRouter key of your own first: this platform has none for its users.';
    throw new DomainError('forbidden', 'no_openrouter_key', detail);
  }
}
