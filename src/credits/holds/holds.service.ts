import { Injectable } from '@nestjs/common';
import type { CreditHoldRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { attributionBy } from '../../platform/attribution.js';
import { type Page, paginate } from '../../platform/database/paging.js';
import { assertKeyAllows } from '../../platform/key-limits.js';
import type { Replayable } from '../../platform/replayable.js';
import { units } from '../../platform/values/amount.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { idempotencyKey } from '../posting/idempotency.js';
import { byFirst, PayersService } from '../../memberships/payers.service.js';
import { payingFor } from '../../memberships/payers.js';
import type { HoldPosted } from '../posting/decision.js';
import { PostingEngine } from '../posting/posting.engine.js';
import { type CaptureBody, type ExtendBody, HOLD_TTL_DEFAULT_S, type HoldBody, type HoldsQuery } from './holds.dto.js';
import { HoldsRepository } from './holds.repository.js';

/** Holds as callers order them, in HTTP and in commands. {@link PostingEngine} names the errors. */
@Injectable()
export class HoldsService {
  constructor(
    private readonly engine: PostingEngine,
    private readonly holds: HoldsRepository,
    private readonly accounts: AccountsService,
    private readonly payers: PayersService,
  ) {}

  /** Creates a hold, by default for 10 minutes. */
  async create(actor: Actor, body: HoldBody, key: string | undefined): Promise<Replayable<CreditHoldRow>> {
    const { service } = body;
    const [model, metadata, ttl_s] = [body.model ?? null, body.metadata ?? {}, body.ttl_seconds ?? HOLD_TTL_DEFAULT_S];
    assertKeyAllows(actor, { service, model });
    const work = { service, model, metadata, ttl_s, amount: units(body.amount) };
    const once = idempotencyKey(key, actor, 'hold', body);
    const payers = payingFor(await this.payers.of(actor, body.user_id, body.account), model === null ? [] : [model]);
    const posted = await byFirst(payers, ({ user_id, member_id }) => {
      const attribution = attributionBy(actor, body.tags, member_id ?? undefined);
      return this.engine.hold(actor, { ...work, user_id, attribution, key: once, home: payers.home });
    });
    return held(posted);
  }

  /** Returns a page of holds, newest first. @throws InvalidInput if the cursor is invalid */
  list(query: HoldsQuery): Promise<Page<CreditHoldRow>> {
    return paginate(this.holds, query, query);
  }

  /** Returns a hold, after booking its expiry if that is due. @throws NotFound */
  async get(actor: Actor, id: string, owner: string | undefined): Promise<CreditHoldRow> {
    const { user_id } = await this.holds.get(id, owner);
    await this.accounts.current(actor, user_id);
    return this.holds.get(id, user_id);
  }

  /** Charges the cost of the work and releases the rest. */
  async capture(
    actor: Actor,
    id: string,
    body: CaptureBody,
    key: string | undefined,
  ): Promise<Replayable<CreditHoldRow>> {
    const captured = idempotencyKey(key, actor, `capture ${id}`, body);
    return held(await this.engine.capture(actor, id, units(body.amount), captured));
  }

  /** Releases a hold without charging it. */
  async release(actor: Actor, id: string, key: string | undefined): Promise<Replayable<CreditHoldRow>> {
    return held(await this.engine.release(actor, id, idempotencyKey(key, actor, `release ${id}`, {})));
  }

  /** Extends a hold; never shortens it. */
  async extend(
    actor: Actor,
    id: string,
    body: ExtendBody,
    key: string | undefined,
  ): Promise<Replayable<CreditHoldRow>> {
    const extended = idempotencyKey(key, actor, `extend ${id}`, body);
    return held(await this.engine.extend(actor, id, body.ttl_seconds, extended));
  }
}

const held = ({ hold, replayed }: HoldPosted): Replayable<CreditHoldRow> => ({ result: hold, replayed });
