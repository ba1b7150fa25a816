/** The current revision of plans, prices, markup rules and multipliers, as an SQL expression. Triggers change it. */
export const CATALOGUE_REVISION = '(SELECT revision FROM catalogue_revisions WHERE id = 1)';
