import { Inject, Injectable } from '@nestjs/common';
import { OwnKeys } from '../../openrouter/own-keys.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DomainError } from '../../platform/errors.js';

/** The key that a call is made with. */
export interface Route {
  api_key: string;
  is_own_key: boolean;
}

/** Chooses the key for calls. */
@Injectable()
export class CallRoutes {
  constructor(
    private readonly keys: OwnKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the user's own key if there is one, otherwise the platform's.
   * @param sealed_key the user's own key, encrypted; null if there is none
   * @throws DomainError `no_openrouter_key`
   */
  of(user_id: string, sealed_key: string | null): Route {
    const own = this.keys.open(sealed_key, user_id);
    const api_key = own ?? this.config.openrouter.api_key;
    if (api_key !== null) return { api_key, is_own_key: own !== null };
    const detail =
      'Store your own OpenRouter key first (POST /credits/openrouter/create-account): this platform has no key for its users.';
    throw new DomainError('forbidden', 'no_openrouter_key', detail);
  }
}
