import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import pLimit from 'p-limit';
import { LeasesRepository } from '../../credits/holds/leases.repository.js';
import { factsOf } from '../../credits/posting/posting.js';
import type { CreditHoldRow } from '../../generated/rows.js';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { type Generation, OpenRouterClient } from '../../openrouter/openrouter.client.js';
import { systemActor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { isFailure, isNothing, type Progress } from '../answers/answer-facts.js';
import { type CallResult, OWN_KEY } from './call-rates.js';
import { DeferredKeys } from './deferred-keys.js';
import { OpenCalls } from './open-calls.js';
import { isMore, storedProgress } from './progress.js';

const EVERY_S = 5;
const BATCH_CALLS = 50;
const CONCURRENCY = 4;
const ASK_AGAIN_MIN_S = 5;
const ASK_AGAIN_MAX_S = 600;
/** Age after which the provider no longer has a record of a call. */
const GIVE_UP_MS = 24 * 60 * 60 * 1000;
const GATEWAY_ACTOR = systemActor('gateway');

/**
 * Settles abandoned calls: calls whose usage was not reported, and calls of processes that are gone. Usage that the
 * provider has on record is charged; the hold of a call that the provider never started is released.
 */
@Injectable()
export class CallsRecoveryJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly leases: LeasesRepository,
    private readonly open: OpenCalls,
    private readonly client: OpenRouterClient,
    private readonly keys: DeferredKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'gateway-calls', every_s: EVERY_S, run: (_data, run) => this.endAll(run) });
  }

  /** Settles all calls whose lease has expired. Safe to run in several processes; each takes different calls. */
  async endAll({ signal, log }: JobRun): Promise<void> {
    const limit = pLimit(CONCURRENCY);
    for (;;) {
      signal.throwIfAborted();
      const taken = await this.leases.takeOver(this.config.calls.lease_s, BATCH_CALLS);
      await limit.map(taken, async (hold) => {
        try {
          await this.endOne(hold, log);
        } catch (error) {
          log.warn(error); // retried when its lease expires
        }
      });
      if (taken.length < BATCH_CALLS) return;
    }
  }

  private async endOne(row: CreditHoldRow, log: JobRun['log']): Promise<void> {
    const { work_id: generation_id, created_at } = row;
    const is_own_key = (row.metadata as Partial<typeof OWN_KEY>).key === OWN_KEY.key;
    const call = { hold: factsOf(row), is_own_key, created_at };
    // no output was passed on; if the call cost something, the daily reconciliation shows it
    if (generation_id === null) return this.open.release(GATEWAY_ACTOR, call);
    const age_ms = Date.now() - created_at.getTime();
    const found = await this.find(row, is_own_key, log);
    if (found || age_ms > GIVE_UP_MS) {
      if (!found) log.warn(`the provider has no record of call ${row.id} (${generation_id}): giving up`);
      await this.open.settle(GATEWAY_ACTOR, call, {
        ...endingOf(found, storedProgress(row.work_progress)),
        generation_id,
      });
      await this.leases.forget(row);
      return;
    }
    const wait_s = Math.min(ASK_AGAIN_MAX_S, Math.max(ASK_AGAIN_MIN_S, Math.round(age_ms / 1000)));
    await this.leases.renew([row], wait_s);
  }

  /**
   * Returns the provider's record; null if there is none yet, the provider cannot be reached, or the user's key is
   * gone.
   */
  private async find(row: CreditHoldRow, is_own_key: boolean, log: JobRun['log']): Promise<Generation | null> {
    const api_key = is_own_key ? await this.keys.find(row) : this.config.openrouter.api_key;
    if (api_key === null || row.work_id === null) return null;
    return this.client.findGeneration(row.work_id, api_key).catch((error: unknown) => {
      log.warn(error);
      return null;
    });
  }
}

/** Returns the ending according to the provider's record or to what was seen during the call, whichever counts more. */
function endingOf(found: Generation | null, known: Progress): Omit<CallResult, 'generation_id'> {
  if (found === null || isMore(found.usage, known.usage)) return { ...known, made: 'part' };
  const { usage, model, finish_reason, native_finish_reason, is_embedding } = found;
  const hasFailed = !is_embedding && isFailure(finish_reason, native_finish_reason);
  const isZero = usage === null || (usage.provider_cost === 0n && isNothing(usage));
  return { usage, model, made: !hasFailed ? 'all' : isZero ? 'nothing' : 'part' };
}
