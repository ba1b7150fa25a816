import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { Account } from '../../credits/accounts/account.js';
import type { Actor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { DomainError, NotFound } from '../../platform/errors.js';
import { amount, units } from '../../platform/values/amount.js';
import { armOf } from './arm.js';
import { type Arm, type Experiment, plannedSize, stateOf } from './experiment.js';
import type { ExperimentBody, ExperimentResultView, ExperimentView } from './experiments.dto.js';
import { ExperimentsRepository } from './experiments.repository.js';
import type { Interval } from './intervals.js';
import { loadQuantiles } from './quantiles.js';
import { resultOf } from './result.js';
import { type ArmFacts, ResultsRepository } from './results.repository.js';
import { alphaOf } from './sample-size.js';

const PERCENT = 100;
const EXPIRES_DAYS = 30;
const WINDOW_DAYS = 14;

/** Compares what new users get: each new account is in one arm of the experiment that runs when it is opened. */
@Injectable()
export class ExperimentsService {
  constructor(
    private readonly db: Database,
    private readonly experiments: ExperimentsRepository,
    private readonly results: ResultsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns all experiments, the latest first. */
  async list(): Promise<ExperimentView[]> {
    return (await this.experiments.list()).map(viewOf);
  }

  /**
   * Returns an experiment with its result so far.
   * @throws NotFound
   */
  async get(key: string): Promise<ExperimentResultView> {
    const experiment = await this.experiments.find(key);
    if (!experiment) throw new NotFound(`Experiment ${key}`);
    const [facts, quantiles] = await Promise.all([this.results.facts(experiment), loadQuantiles()]);
    const samples = facts.map((arm) => ({
      ...arm,
      revenue: { mean: arm.revenue_mean, variance: arm.revenue_variance },
    }));
    const { differences, ...result } = resultOf(experiment.metric, samples, experiment.arm_size, quantiles);
    const results = facts.map((arm, n) => armView(experiment, arm, differences[n] ?? null));
    return { ...viewOf(experiment), ...result, results, confidence: PERCENT * (1 - alphaOf(facts.length)) };
  }

  /**
   * Creates an experiment. Its terms never change.
   * @throws InvalidInput; DomainError `already_exists`, or `experiment_overlaps` if another one runs at the same time
   */
  async create(actor: Actor, body: ExperimentBody): Promise<ExperimentView> {
    const now = new Date();
    const arms = body.arms.map(toArm);
    const arm_size = plannedSize({ ...body, arms }, now, await loadQuantiles());
    const { from = now, window_days = WINDOW_DAYS, baseline = null, smallest_difference = null } = body;
    const planned = { ...body, arms, from, arm_size, window_days, baseline, smallest_difference };
    return this.db.transaction(async (tx) => {
      await this.experiments.lockAll(tx);
      await this.checkFree(tx, planned);
      const experiment = await this.experiments.create(tx, { ...planned, created_by: actor.user_id });
      await this.record(tx, actor, 'experiment.create', experiment);
      return viewOf(experiment);
    });
  }

  private async checkFree(tx: Tx, { key, from, to }: Pick<Experiment, 'key' | 'from' | 'to'>): Promise<void> {
    if (await this.experiments.find(key, tx)) {
      const detail = `Experiment ${key} already exists. Its key decides who gets which arm; choose another one.`;
      throw new DomainError('conflict', 'already_exists', detail);
    }
    const other = await this.experiments.findBetween(tx, from, to);
    if (!other) return;
    const until = other.to.toISOString();
    const detail = `Experiment ${other.key} runs until ${until}, and a new account takes part in one only. Stop it, or begin later.`;
    throw new DomainError('conflict', 'experiment_overlaps', detail);
  }

  /**
   * Ends an experiment for new accounts. Accounts keep their arms. Safe to repeat.
   * @throws NotFound
   */
  stop(actor: Actor, key: string): Promise<ExperimentView> {
    return this.db.transaction(async (tx) => {
      const stopped = await this.experiments.stop(tx, key);
      if (stopped) await this.record(tx, actor, 'experiment.stop', stopped);
      const experiment = stopped ?? (await this.experiments.find(key, tx));
      if (!experiment) throw new NotFound(`Experiment ${key}`);
      return viewOf(experiment);
    });
  }

  /**
   * Deletes an experiment that has not begun.
   * @throws NotFound; DomainError `experiment_has_begun`
   */
  delete(actor: Actor, key: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      await this.experiments.lockAll(tx);
      const experiment = await this.experiments.find(key, tx);
      if (!experiment) throw new NotFound(`Experiment ${key}`);
      if (experiment.from <= new Date()) {
        const detail = `Experiment ${key} has begun. Accounts have its arms, so it can only be stopped.`;
        throw new DomainError('conflict', 'experiment_has_begun', detail);
      }
      await this.experiments.delete(tx, key);
      await this.record(tx, actor, 'experiment.delete', experiment);
    });
  }

  /** Gives an account that is being opened its arm, for good; null while no experiment runs. */
  async assign(tx: Tx, { user_id, now }: Pick<Account, 'user_id' | 'now'>): Promise<Arm | null> {
    const running = await this.experiments.running(tx, now);
    if (!running) return null;
    const arm = armOf(running.arms, running.key, user_id);
    await this.experiments.assign(tx, user_id, { experiment: running.key, arm: arm.name, at: now });
    return arm;
  }

  private record(tx: Tx, actor: Actor, action: string, { key, arms, from, to, arm_size }: Experiment): Promise<void> {
    const entry = { user_id: actor.user_id, action, resource_type: 'experiment', resource_id: key };
    return this.audit.record(tx, actor, { ...entry, metadata: { arms, from, to, arm_size } });
  }
}

const viewOf = (experiment: Experiment): ExperimentView => ({ ...experiment, state: stateOf(experiment, new Date()) });

const toArm = ({ name, weight, trial_credits, trial_steps }: ExperimentBody['arms'][number]): Arm => ({
  name,
  weight,
  ...(trial_credits !== undefined && { trial_credits }),
  ...(trial_steps && {
    trial_steps: trial_steps.map(({ on, credits, expires_days = EXPIRES_DAYS }) => ({ on, credits, expires_days })),
  }),
});

function armView(
  { metric }: Experiment,
  arm: ArmFacts,
  difference: Interval | null,
): ExperimentResultView['results'][number] {
  const { name, accounts, compared, activated, converted, suspected, revenue_mean } = arm;
  const scale = metric === 'revenue' ? 1 : PERCENT;
  const value = metric === 'revenue' ? revenue_mean : (PERCENT * arm[metric]) / Math.max(1, compared);
  return {
    name,
    accounts,
    compared,
    activated,
    converted,
    suspected,
    revenue: amount(units(arm.revenue)),
    credits_given: amount(units(arm.credits_given)),
    value: compared === 0 ? null : value,
    difference: difference && {
      value: difference.value * scale,
      low: difference.low * scale,
      high: difference.high * scale,
    },
  };
}
