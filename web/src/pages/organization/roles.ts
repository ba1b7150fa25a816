import type { MeView } from '../../api/schema.gen.ts';

/** An organization that the viewer is a member of. */
export type OrganizationOfMe = MeView['organizations'][number];
export type MemberRole = OrganizationOfMe['role'];

const ROLES = ['owner', 'admin', 'billing', 'member', 'viewer'] as const satisfies readonly MemberRole[];

/** Who invites, changes and removes members. The service decides; this only leaves out what it would refuse. */
export const isManager = (role: MemberRole): boolean => role === 'owner' || role === 'admin';

/** The roles that somebody may give and take: only owners make owners and billing members. */
export const rolesGivenBy = (role: MemberRole): readonly MemberRole[] =>
  role === 'owner' ? ROLES : ROLES.filter((one) => one !== 'owner' && one !== 'billing');
