import { Injectable } from '@nestjs/common';
import { ApiKeys } from '../keys/api-keys.service.js';
import { MembersRepository } from '../memberships/members.repository.js';
import { Memberships } from '../memberships/memberships.service.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/database/database.js';
import { InvitationsRepository } from './invitations.repository.js';

/** Persons who left, and keys that were paused with that. */
export interface Departed {
  persons: string[];
  keys: string[];
}

/**
 * Ends memberships: the member cannot act for the organization any more and the keys of the member are paused. Work in
 * progress is settled by the organization, and the history stays.
 */
@Injectable()
export class Departures {
  constructor(
    private readonly members: MembersRepository,
    private readonly memberships: Memberships,
    private readonly invitations: InvitationsRepository,
    private readonly keys: ApiKeys,
  ) {}

  /** Ends a membership in a transaction. Call {@link forget} with the result once that is committed. */
  async of(tx: Tx, actor: Actor, member: { user_id: string; member_id: string }, removed_at: Date): Promise<Departed> {
    await this.members.change(tx, member, { status: 'removed', removed_at });
    const keys = await this.keys.pauseOfMember(tx, actor, member.user_id, member.member_id);
    return { persons: [member.member_id], keys };
  }

  /** Ends all memberships and invitations of an organization, and pauses all of its keys. */
  async ofAll(tx: Tx, actor: Actor, user_id: string, removed_at: Date): Promise<Departed> {
    await this.invitations.revokeAll(tx, user_id, removed_at);
    const members = await this.members.ofOrganization(user_id, tx);
    const left: Departed = { persons: [], keys: await this.keys.pauseOfMember(tx, actor, user_id, null) };
    for (const member of members) {
      const { persons, keys } = await this.of(tx, actor, member, removed_at);
      left.persons.push(...persons);
      left.keys.push(...keys);
    }
    return left;
  }

  /** Makes this instance look up what has changed; the others do within a second. */
  forget({ persons, keys }: Departed): void {
    for (const person of persons) this.memberships.forget(person);
    this.keys.forget(keys);
  }
}
