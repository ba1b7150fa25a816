import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { GiftCheckRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { KeyRing, UnreadableSecret } from '../../platform/secrets/key-ring.js';
import { AccountFactsRepository } from './account-facts.repository.js';
import type { GiftCheckSettingsView } from './gift-reviews.dto.js';
import { type Observation, signalsOf } from './signals.js';
import { SignalsRepository } from './signals.repository.js';
import { type AccountFacts, type NextStep, nextStepOf, type Verdict, verdictOn } from './trial-factor.js';

/** Decides how much of gifts an account gets. It never refuses a payment or a charge. */
@Injectable()
export class GiftChecks {
  constructor(
    private readonly db: Database,
    private readonly facts: AccountFactsRepository,
    private readonly signals: SignalsRepository,
    private readonly ring: KeyRing,
    private readonly audit: AuditRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns whether gifts are checked. */
  async settings(): Promise<GiftCheckSettingsView> {
    return (await this.facts.settings()) ?? { is_on: false, updated_at: null };
  }

  /**
   * Switches checks of gifts on or off. What was withheld stays withheld.
   * @throws DomainError `encryption_not_configured` when they cannot be on, because there is no key for the digests
   */
  async configure(actor: Actor, is_on: boolean): Promise<GiftCheckSettingsView> {
    if (is_on) this.ring.assertConfigured();
    return this.db.transaction(async (tx) => {
      const settings = await this.facts.setSettings(tx, is_on);
      const entry = { user_id: actor.user_id, action: 'gift_checks.set', resource_type: 'gift_checks' };
      await this.audit.record(tx, actor, { ...entry, resource_id: 'gift_checks', metadata: { is_on } });
      return settings;
    });
  }

  /**
   * Stores the digests of what is known about a person, if something compares them: checks of gifts, or referrals.
   * @returns whether they were stored
   */
  async observe(user_id: string, seen: Observation): Promise<boolean> {
    if (!(await this.facts.areSignalsCompared())) return false;
    await this.db.transaction((tx) => this.signals.record(tx, user_id, signalsOf(this.ring, seen)));
    return true;
  }

  /**
   * Decides and stores how much of gifts an account gets, as part of the transaction that gives them. Accounts with a
   * signal in common wait for the end of the transaction.
   * @returns null if gifts are not checked here and the account was never checked
   */
  async assess(tx: Tx, user_id: string): Promise<Verdict | null> {
    const [settings, earlier] = [await this.facts.settings(tx), await this.facts.find(user_id, tx)];
    const is_on = settings?.is_on === true;
    const requires_verification = this.config.provisioning.requires_email_verification;
    if (!is_on && !requires_verification && !earlier) return null;
    const { has_paid, verified_email, encrypted_key } = await this.facts.others(tx, user_id);
    const is_verified = verified_email !== null;
    const own_key = this.opened(encrypted_key, user_id);
    const seen = signalsOf(this.ring, { ...(is_verified && { email: verified_email, is_verified }), own_key });
    if (is_on) await this.signals.record(tx, user_id, seen);
    const compared = await this.facts.compared(tx, user_id);
    const verdict = verdictOn({
      decided: decisionOf(earlier),
      has_paid,
      is_verified,
      requires_verification,
      // what was found while checks were on holds when they are off
      is_compared: is_on || compared.is_known,
      ...compared,
    });
    await this.facts.save(tx, user_id, verdict);
    return verdict;
  }

  /** Returns what a user whose gifts were withheld should do. */
  async nextStep(user_id: string): Promise<NextStep> {
    const check = await this.facts.find(user_id);
    if (!check) return 'contact_support';
    const { verified_email } = await this.db.transaction((tx) => this.facts.others(tx, user_id));
    return nextStepOf(check, verified_email !== null);
  }

  private opened(encrypted_key: string | null, user_id: string): string | undefined {
    try {
      return encrypted_key === null ? undefined : this.ring.open(encrypted_key, user_id);
    } catch (error) {
      if (error instanceof UnreadableSecret) return undefined;
      throw error;
    }
  }
}

function decisionOf(check: GiftCheckRow | null): AccountFacts['decided'] {
  if (check?.state === 'confirmed') return 'confirmed';
  if (check?.state !== 'cleared') return null;
  return check.decided_by === null ? 'paid' : 'cleared';
}
