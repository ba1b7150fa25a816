import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/key-ring.js';
import { OpenRouterRepository } from './openrouter.repository.js';

/** Users' own keys, to make calls with. */
@Injectable()
export class OwnKeys {
  constructor(
    private readonly accounts: OpenRouterRepository,
    private readonly ring: KeyRing,
  ) {}

  /**
   * The user's key; null without one, or when OpenRouter refused it.
   * @throws UnreadableSecret when it was encrypted with a key that is gone
   */
  async find(user_id: string): Promise<string | null> {
    const account = await this.accounts.find(user_id);
    return account?.is_active ? this.ring.open(account.encrypted_key, user_id) : null;
  }
}
