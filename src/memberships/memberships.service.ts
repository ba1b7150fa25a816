import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { OrganizationMemberRow } from '../generated/rows.js';
import { batched } from '../platform/database/batched.js';
import { Remembered, type Versioned } from '../platform/database/remembered.js';
import { MembersRepository } from './members.repository.js';

/** An active membership of a person. `user_id` is the organization. */
export type Membership = Pick<
  OrganizationMemberRow,
  'user_id' | 'member_id' | 'role' | 'burn_order' | 'allowed_models' | 'cost_center'
>;

interface Known extends Versioned {
  readonly memberships: readonly Membership[];
}

const PERSONS_MAX = 50_000;
const BATCH_MAX = 500;
/** Stands for all persons: as long as nobody is a member, nobody has to be looked up. */
const ANYBODY = '\0';
const NONE: readonly Membership[] = [];

/**
 * Tells the organizations that persons can act for. What is known costs no call of the database; a change reaches every
 * instance within a second, because memberships are remembered as API keys are.
 */
@Injectable()
export class Memberships implements OnApplicationShutdown {
  private readonly memory: Remembered<Known>;
  private readonly reader = batched<string, Known>(BATCH_MAX, (persons) => this.read(persons));

  constructor(private readonly members: MembersRepository) {
    this.memory = new Remembered({
      name: 'memberships',
      max: PERSONS_MAX,
      changedWithin: async (seconds) => {
        const changed = await members.changedWithin(seconds);
        return changed.length > 0 ? [...changed, { id: ANYBODY, version: 'some' }] : changed;
      },
    });
  }

  /** Returns the active memberships of a person, oldest first; synchronously if they are known. */
  of(person: string): readonly Membership[] | Promise<readonly Membership[]> {
    if (!this.mayExist()) return NONE;
    return this.memory.find(person)?.memberships ?? this.look(person);
  }

  /** Returns whether there may be members at all; false as long as it is known that there are none. */
  mayExist(): boolean {
    return this.memory.find(ANYBODY) === undefined;
  }

  /** Forgets a person whose membership was changed here. */
  forget(person: string): void {
    this.memory.forget(ANYBODY);
    this.memory.forget(person);
  }

  onApplicationShutdown(): void {
    this.memory.stop();
  }

  private async look(person: string): Promise<readonly Membership[]> {
    const read_ms = performance.now();
    const known = await this.reader.load(person);
    this.memory.remember(person, known, read_ms);
    if (known.version === null && !(await this.members.exist())) {
      this.memory.remember(ANYBODY, { id: ANYBODY, version: null, memberships: NONE }, read_ms);
    }
    return known.memberships;
  }

  private async read(persons: readonly string[]): Promise<Known[]> {
    const rows = new Map((await this.members.ofPersons(persons)).map((row) => [row.person, row]));
    return persons.map((id) => {
      const { version = null, memberships = NONE } = rows.get(id) ?? {};
      return { id, version, memberships };
    });
  }
}
