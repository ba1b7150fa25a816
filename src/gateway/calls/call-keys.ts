import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import {
  conflict,
  type IdempotencyKey,
  idempotencyKey,
  IdempotencyRepository,
} from '../../credits/posting/idempotency.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Actor } from '../../platform/actor.js';
import { amount, units } from '../../platform/values/amount.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DomainError } from '../../platform/errors.js';
import { KeyRing } from '../../platform/secrets/key-ring.js';
import { CallKeysRepository, type KeyedCall } from './call-keys.repository.js';
import type { MadeCall } from './call-rates.js';

/** The recorded answer of an earlier call. */
export interface RecordedAnswer {
  content_type: string;
  /** Charge of the call, decimal text. */
  cost: string;
  /** Balance after the charge; null if nothing was charged. */
  balance: string | null;
  /** Whether the call was made with the user's own key. */
  is_own_key: boolean;
  text: string;
}

/** Longer answers are not stored. */
export const KEPT_ANSWER_MAX_CHARACTERS = 1_048_576;
const IN_PROGRESS_RETRY_S = 2;

/** Builds the idempotency key of a call; the request is its path and body. */
export const callKey = (
  actor: Actor,
  key: string | undefined,
  path: string,
  body: unknown,
): IdempotencyKey | undefined => idempotencyKey(key, actor, `POST ${path}`, { body });

/** Ensures that a call with an Idempotency-Key is made only once (docs/decisions/0015-idempotent-calls.md). */
@Injectable()
export class CallKeys implements OnModuleInit {
  private readonly log = new Logger('gateway');

  constructor(
    private readonly keyed: CallKeysRepository,
    private readonly keys: IdempotencyRepository,
    private readonly ring: KeyRing,
    private readonly jobs: Jobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.define({
      name: 'old-call-answers',
      cron: '25 * * * *',
      run: async (_data, { log }) => log.log(`deleted ${String(await this.keyed.deleteOld())} expired answers`),
    });
  }

  /**
   * Returns the answer of an earlier call with the key; null if the call has to be made, because there was none or it
   * failed without a charge.
   * @throws DomainError `idempotency_conflict`, `call_in_progress`, `answer_not_kept`
   */
  async find(user_id: string, key: IdempotencyKey): Promise<RecordedAnswer | null> {
    const found = await this.keyed.find(user_id, key.key);
    if (found === null) return null;
    if (found.request_hash !== key.request_hash) throw conflict();
    if (found.status === 'active' || found.lease_until !== null) throw inProgress();
    const { sealed_answer, content_type, total_cost, succeeded, balance_after, is_own_key } = found;
    if (total_cost === null || (succeeded === false && units(total_cost) === 0n)) {
      await this.keys.remove([user_id, found.user_id], key.key, found.hold_id);
      return null;
    }
    if (sealed_answer === null || content_type === null) throw notKept(total_cost);
    const text = this.ring.open(sealed_answer, ownerOf(found.user_id, found.hold_id));
    const balance = balance_after === null ? null : amount(units(balance_after));
    return { content_type, cost: amount(units(total_cost)), balance, is_own_key, text };
  }

  /** Stores the encrypted answer of a call for replays. Without ENCRYPTION_KEYS nothing is stored. */
  async keep({ hold }: Pick<MadeCall, 'hold'>, content_type: string, text: string): Promise<void> {
    if (this.config.encryption.keys === null || text.length > KEPT_ANSWER_MAX_CHARACTERS) return;
    const { user_id, id: hold_id } = hold;
    const sealed_answer = this.ring.seal(text, ownerOf(user_id, hold_id));
    await this.keyed.keep({ user_id, hold_id, content_type, sealed_answer }).catch((error: unknown) => {
      this.log.warn(error);
    });
  }
}

const ownerOf = (user_id: string, hold_id: KeyedCall['hold_id']): string => JSON.stringify([user_id, hold_id]);

/** Returns the error for a repeated request whose call is still running. */
export const inProgress = (): DomainError =>
  new DomainError(
    'conflict',
    'call_in_progress',
    'The call with this Idempotency-Key is still running. Try again when it has finished.',
    { retry_after_s: IN_PROGRESS_RETRY_S },
  );

const notKept = (total_cost: string): DomainError => {
  const cost = amount(units(total_cost));
  const detail = `The call with this Idempotency-Key was made and charged ${cost}, but its answer was not stored. Use a new key for a new call.`;
  return new DomainError('conflict', 'answer_not_kept', detail, { cost });
};
