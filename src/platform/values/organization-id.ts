const PREFIX = 'org_';

/** Returns whether the id of an account is that of an organization. No person has such an id. */
export const isOrganizationId = (user_id: string): boolean => user_id.startsWith(PREFIX);

/** Returns the id of a new organization. */
export const newOrganizationId = (unique: string): string => `${PREFIX}${unique}`;
