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
    const sealed = await this.accounts.findActiveKey(user_id);
    return sealed === null ? null : this.ring.open(sealed, user_id);
  }
}
