import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { BrakedKeys } from '../../keys/brake/braked-keys.service.js';
import { KeyModelsRepository } from '../../keys/brake/key-models.repository.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { type Units, units } from '../../platform/values/amount.js';
import { PostingEngine } from '../posting/posting.engine.js';
import type { KeySpending } from '../posting/posting.js';
import { burnLimit } from './burn-limit.js';
import { BurnsRepository } from './burns.repository.js';

/** What an instance remembers of a key and one of its models. */
interface Watched {
  /** Credits spent here since the ledger was last asked. */
  spent: Units;
  isChecking: boolean;
  /** Until when nothing is checked, by `performance.now()`. */
  calm_until_ms: number;
}

/** Part of the floor that an instance lets a key spend on a model before it asks the ledger: a fiftieth. */
const STEPS = 50n;
const WATCHED_MAX = 50_000;
const CHECKS_MAX = 2;
/** How long a key without a brake is left alone; then the brake can have been turned on. */
const CALM_MS = 60_000;
const USUAL_TTL_MS = 600_000;
const USUAL_MAX = 10_000;

/**
 * Pauses a key that spends much within five minutes on a model that it never used, as a stolen key does. The ledger
 * decides, so it makes no difference which instances the calls went through. Each instance only decides when to ask it:
 * after some of the floor was spent on a model that is not known to be a usual one of the key. Charges never wait for this
 * (docs/decisions/0033-key-brake.md).
 */
@Injectable()
export class KeyBrake implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('brake');
  private readonly watched = new LRUCache<string, Watched>({ max: WATCHED_MAX });
  private readonly usual = new LRUCache<string, Units>({ max: USUAL_MAX, ttl: USUAL_TTL_MS, ttlAutopurge: false });
  private readonly slots = pLimit(CHECKS_MAX);
  private readonly running = new Set<Promise<void>>();
  private readonly floor: Units;

  constructor(
    private readonly engine: PostingEngine,
    private readonly models: KeyModelsRepository,
    private readonly burns: BurnsRepository,
    private readonly keys: BrakedKeys,
    @Inject(CONFIG) config: Config,
  ) {
    this.floor = units(config.limits.key_brake_floor);
  }

  onModuleInit(): void {
    this.engine.onKeySpending((spending) => this.note(spending));
  }

  /** Lets running checks end before the connections close. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.running);
  }

  /** Notes what a key has spent. Returns immediately. */
  private note(spending: KeySpending): void {
    const state = this.stateOf(spending);
    if (performance.now() < state.calm_until_ms) return;
    state.spent += spending.amount;
    if (state.isChecking || !this.isDue(state)) return;
    state.isChecking = true;
    const run = this.slots(() => this.checkAll(spending, state));
    this.running.add(run);
    void run.finally(() => this.running.delete(run));
  }

  private isDue({ spent, calm_until_ms }: Watched): boolean {
    return spent * STEPS >= this.floor && performance.now() >= calm_until_ms;
  }

  private async checkAll(spending: KeySpending, state: Watched): Promise<void> {
    try {
      while (this.isDue(state)) {
        state.spent = 0n;
        state.calm_until_ms = await this.check(spending);
      }
    } catch (error) {
      this.logger.warn(`the spending of an API key cannot be checked: ${String(error)}`);
    } finally {
      state.isChecking = false;
    }
  }

  /** Pauses the key if it spends too much on a new model. @returns until when its spending on the model needs no check */
  private async check({ api_key_id, model }: KeySpending): Promise<number> {
    const use = await this.models.use(api_key_id, model);
    if (!use) return performance.now() + CALM_MS;
    if (!use.is_new) return Number.POSITIVE_INFINITY;
    const burn = await this.burns.now(api_key_id, model);
    const known = { floor: this.floor, allowed: units(use.allowed_burn ?? '0') };
    if (burn <= burnLimit({ ...known, usual: 0n })) return 0;
    const limit = burnLimit({ ...known, usual: await this.usualOf(api_key_id) });
    if (burn <= limit) return 0;
    if (await this.keys.pause(api_key_id, { model, burn, limit })) this.logger.warn(`API key ${api_key_id} is paused`);
    return 0;
  }

  private async usualOf(api_key_id: string): Promise<Units> {
    const known = this.usual.get(api_key_id);
    if (known !== undefined) return known;
    const usual = await this.burns.usual(api_key_id);
    this.usual.set(api_key_id, usual);
    return usual;
  }

  private stateOf({ api_key_id, model }: KeySpending): Watched {
    const id = `${api_key_id} ${model}`;
    const known = this.watched.get(id);
    if (known) return known;
    const state = { spent: 0n, isChecking: false, calm_until_ms: 0 };
    this.watched.set(id, state);
    return state;
  }
}
