import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { OrganizationMemberRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database/database.js';
import { wire } from '../platform/values/wire.js';

/** A membership to store. */
export type NewMember = Omit<OrganizationMemberRow, 'changed_at'>;

/** The memberships of a person, with the state that was read. */
export interface PersonRow {
  person: string;
  version: string | null;
  memberships: OrganizationMemberRow[];
}

const OF_PERSONS = `
  SELECT p.person, string_agg(m.changed_at::text, ' ' ORDER BY m.user_id) AS version,
    COALESCE(jsonb_agg(to_jsonb(m) ORDER BY m.created_at, m.user_id) FILTER (WHERE m.status = 'active'), '[]') AS memberships
  FROM unnest($1::text[]) AS p (person) LEFT JOIN organization_members m ON m.member_id = p.person
  GROUP BY p.person`;

// a group has the times of all its rows, because transactions can commit in another order than they began
const CHANGED = `
  SELECT m.member_id AS id, string_agg(m.changed_at::text, ' ' ORDER BY m.user_id) AS version
  FROM organization_members m
  WHERE m.member_id IN (SELECT member_id FROM organization_members WHERE changed_at > clock_timestamp() - make_interval(secs => $1))
  GROUP BY m.member_id`;

/** All SQL on members. */
@Injectable()
export class MembersRepository {
  constructor(private readonly db: Database) {}

  /** Returns the active memberships of each person, oldest first. */
  ofPersons(persons: readonly string[]): Promise<PersonRow[]> {
    return this.db.statement<PersonRow>('members_of_persons', OF_PERSONS, [[...new Set(persons)]]);
  }

  /** Returns whether there is any membership. */
  async exist(): Promise<boolean> {
    const [row] = await this.db.statement<{ found: boolean }>(
      'members_exist',
      'SELECT EXISTS (SELECT FROM organization_members) AS found',
      [],
    );
    return row?.found === true;
  }

  /** Returns the persons whose memberships were changed within the last `seconds`. */
  changedWithin(seconds: number): Promise<{ id: string; version: string }[]> {
    return this.db.statement('members_changed', CHANGED, [seconds]);
  }

  /** Returns a membership, whatever its status; null if the person never was a member. */
  async find(tx: Tx, user_id: string, member_id: string): Promise<OrganizationMemberRow | null> {
    const row = await tx.organization_members.findUnique({ where: { user_id_member_id: { user_id, member_id } } });
    return row && wire(row);
  }

  /** Returns the members of an organization, oldest first, without those who left. */
  async ofOrganization(user_id: string, tx?: Tx): Promise<OrganizationMemberRow[]> {
    const rows = await (tx ?? this.db.prisma).organization_members.findMany({
      where: { user_id, status: { not: 'removed' } },
      orderBy: [{ created_at: 'asc' }, { member_id: 'asc' }],
    });
    return rows.map(wire);
  }

  /** Returns the cost centers that present and former members of an organization are assigned to. */
  async costCentersOf(user_id: string): Promise<Map<string, string | null>> {
    const select = { member_id: true, cost_center: true };
    const rows = await this.db.prisma.organization_members.findMany({ where: { user_id }, select });
    return new Map(rows.map(({ member_id, cost_center }) => [member_id, cost_center]));
  }

  /** Returns the number of organizations that a person owns. */
  countOwned(tx: Tx, member_id: string): Promise<number> {
    return tx.organization_members.count({ where: { member_id, role: 'owner', status: { not: 'removed' } } });
  }

  /** Returns the open organization of this name that a person owns; null if there is none. */
  async findOwned(tx: Tx, member_id: string, name: string): Promise<string | null> {
    const [row] = await tx.$queryRaw<{ user_id: string }[]>`
      SELECT o.user_id FROM organization_members m JOIN organizations o USING (user_id)
      WHERE m.member_id = ${member_id} AND m.role = 'owner' AND m.status = 'active' AND o.name = ${name}
        AND o.closed_at IS NULL
      ORDER BY o.created_at LIMIT 1`;
    return row?.user_id ?? null;
  }

  /** Creates a membership, or begins one again that had ended. */
  async put(tx: Tx, { user_id, member_id, ...member }: NewMember): Promise<OrganizationMemberRow> {
    const row = await tx.organization_members.upsert({
      where: { user_id_member_id: { user_id, member_id } },
      create: { user_id, member_id, ...member },
      update: member,
    });
    return wire(row);
  }

  async change(
    tx: Tx,
    { user_id, member_id }: Pick<OrganizationMemberRow, 'user_id' | 'member_id'>,
    data: Prisma.organization_membersUpdateInput,
  ): Promise<OrganizationMemberRow> {
    return wire(await tx.organization_members.update({ where: { user_id_member_id: { user_id, member_id } }, data }));
  }
}
