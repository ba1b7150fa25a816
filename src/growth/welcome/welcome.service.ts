import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { AccountsRepository } from '../../credits/accounts/accounts.repository.js';
import type { WelcomeStepRow } from '../../generated/rows.js';
import { type Actor, systemActor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { amount } from '../../platform/values/amount.js';
import { GiftsService } from '../gifts/gifts.service.js';
import { endOf, isComplete, progressOf, stepsOf, type WelcomeFacts, type WelcomeProgress } from './welcome.js';
import type { WelcomeStepBody, WelcomeStepName, WelcomeView } from './welcome.dto.js';
import { WelcomeRepository } from './welcome.repository.js';

const WELCOME = systemActor('welcome');
const EXPIRES_DAYS = 30;
const ANY_SOURCE = '*';
const shownStep = ({ step, state }: WelcomeProgress) => ({
  ...step,
  state: state === 'due' ? ('open' as const) : state,
});

/** Gives new users credits for steps, each once: the account is locked while it is decided. */
@Injectable()
export class WelcomeService {
  constructor(
    private readonly db: Database,
    private readonly welcomes: WelcomeRepository,
    private readonly locks: AccountLocks,
    private readonly gifts: GiftsService,
    private readonly audit: AuditRepository,
    private readonly accounts: AccountsRepository,
  ) {}

  /** Returns the steps of all sources. */
  listSteps(): Promise<WelcomeStepRow[]> {
    return this.welcomes.steps();
  }

  /** Sets what users of a source get for a step. What was given stays. */
  setStep(actor: Actor, { expires_days = EXPIRES_DAYS, ...body }: WelcomeStepBody): Promise<WelcomeStepRow> {
    return this.db.transaction(async (tx) => {
      const step = await this.welcomes.setStep(tx, { ...body, expires_days });
      await this.record(tx, actor, 'welcome_step.set', step);
      return step;
    });
  }

  /**
   * Removes a step. What was given stays.
   * @throws NotFound
   */
  removeStep(actor: Actor, { source, on }: WelcomeStepName): Promise<void> {
    return this.db.transaction(async (tx) => {
      if (!(await this.welcomes.removeStep(tx, source, on))) throw new NotFound('Step');
      await this.record(tx, actor, 'welcome_step.remove', { source, on });
    });
  }

  /**
   * Begins the welcome of a user who was just registered, if there are steps for the source, or names the source of one
   * that has begun. Safe to repeat.
   */
  async start(user_id: string, source: string): Promise<void> {
    const hasSteps = stepsOf(await this.welcomes.steps(), source).length > 0;
    if (!hasSteps && !(await this.welcomes.hasBegun(user_id))) return;
    const isNew = await this.db.transaction(async (tx) => {
      if (await this.accounts.wasErased(tx, user_id)) return false; // an erased user who returns gets nothing again
      return this.welcomes.start(tx, user_id, source);
    });
    if (isNew) await this.settle(user_id);
  }

  /** Begins the welcome of an account that is being opened in an arm with steps of its own. */
  async startInArm(tx: Tx, user_id: string): Promise<void> {
    await this.welcomes.start(tx, user_id, ANY_SOURCE);
  }

  /**
   * Returns how far the caller is, after giving what is due; null if the caller has no welcome.
   */
  async of({ user_id }: Pick<Actor, 'user_id'>): Promise<WelcomeView | null> {
    await this.settle(user_id);
    const [facts, rest] = [await this.welcomes.facts(user_id), await this.gifts.withheld(user_id)];
    if (facts === null && rest === null) return null;
    // what is still due cannot be given now: the account is suspended
    const steps = facts === null ? [] : (await this.progress(facts)).map(shownStep);
    const { source, started_at } = facts ?? { source: '*', started_at: rest?.since ?? new Date() };
    const { withheld = amount(0n), next = null } = rest ?? {};
    return { source, started_at, ends_at: endOf({ started_at }), steps, withheld, next };
  }

  /** Notes that the platform says that the profile of a user is complete, and gives the credits of that step. */
  async completeProfile(user_id: string): Promise<void> {
    await this.welcomes.completeProfile(user_id);
    await this.settle(user_id);
  }

  /**
   * Gives a user the credits of all steps that are done, and what was withheld and may be given now: each once, however
   * often and concurrently it is called.
   */
  async settle(user_id: string): Promise<void> {
    const facts = await this.welcomes.facts(user_id);
    const isDone = facts === null || facts.has_ended || !isChanging(await this.progress(facts));
    if (isDone && (await this.gifts.withheld(user_id)) === null) return;
    await this.db.transaction((tx) => this.give(tx, user_id));
  }

  private async give(tx: Tx, user_id: string): Promise<void> {
    const { state } = await this.locks.lockExisting(tx, WELCOME, user_id);
    const trial_factor = await this.gifts.factorOf(tx, user_id);
    const isActive = state.status === 'active';
    if (isActive) await this.gifts.giveRest(tx, user_id, trial_factor);
    // read again under the lock: another call can have given something meanwhile
    const facts = await this.welcomes.facts(user_id, tx);
    if (facts === null || facts.has_ended) return;
    const progress = await this.progress(facts, tx);
    const due = isActive ? progress.filter((one) => one.state === 'due') : [];
    for (const { step } of due) {
      const { on, credits, expires_days } = step;
      await this.gifts.give(tx, user_id, { on, credits, expires_days }, trial_factor);
    }
    const undone = progress.filter((one) => one.state === 'open' || one.state === 'due');
    if (undone.length === due.length) await this.welcomes.end(tx, user_id);
  }

  private async progress(facts: WelcomeFacts, tx?: Tx): Promise<WelcomeProgress[]> {
    const steps = facts.arm_steps ?? stepsOf(await this.welcomes.steps(tx), facts.source);
    return progressOf(steps, facts, new Date());
  }

  private record(tx: Tx, actor: Actor, action: string, step: Partial<WelcomeStepRow>): Promise<void> {
    const entry = { user_id: actor.user_id, action, resource_type: 'welcome_step', resource_id: step.source ?? '' };
    const { on, credits, expires_days } = step;
    return this.audit.record(tx, actor, { ...entry, metadata: { on, credits, expires_days } });
  }
}

/** Whether something is to be given or noted. */
const isChanging = (progress: readonly WelcomeProgress[]): boolean =>
  progress.some(({ state }) => state === 'due') || isComplete(progress);
