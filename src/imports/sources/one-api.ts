import { Conversion } from '../conversion.js';
import { Fields } from './fields.js';
import type { Mapping, SystemTables } from './mapped.js';
import type { Snapshot } from './snapshot.js';

/** Columns of users that can contain the user id in Tollgate. */
export const USER_COLUMNS = ['id', 'username', 'email', 'oidc_id'] as const;
export type UserColumn = (typeof USER_COLUMNS)[number];

/** Prices are in US dollars. */
const USD = new Conversion('1');
const CONSUMED = 2;
const DELETED = 3;
const [DISABLED, USED] = ['2', '3'];
const QUOTA_PER_UNIT = 'QuotaPerUnit';

/** Default quota units per US dollar. The options of an installation can override it. */
const USUAL_QUOTA = '500000';

/** Returns the quota units per US dollar in this installation. */
export async function quotaPerUsd(snapshot: Snapshot): Promise<string> {
  if (!snapshot.tables.get('options')?.has('value')) return USUAL_QUOTA;
  for await (const { value } of snapshot.rows(`SELECT value FROM options WHERE key = '${QUOTA_PER_UNIT}'`)) {
    if (Number(value) > 0) return value ?? USUAL_QUOTA;
  }
  return USUAL_QUOTA;
}

/** One API and its forks, in particular New API. */
export function oneApi(conversion: Conversion, user_column: UserColumn): SystemTables {
  return {
    system: 'One API',
    mappings: [
      callPrices(), // takes precedence over a ratio
      ratios(),
      accounts(conversion, user_column),
      coupons(conversion),
      redemptions(conversion, user_column),
      usage(conversion, user_column),
    ],
    not_taken: [
      { table: 'tokens', what: 'API keys in tokens', why: 'not imported yet: hand out new ones' },
      { table: 'channels', what: 'providers in channels', why: 'their keys belong to the platform, not to users' },
      { table: 'top_ups', what: 'payments in top_ups', why: 'what they brought is in the quota' },
    ],
    version: (tables) =>
      tables.get('users')?.has('deleted_at') || tables.get('logs')?.has('use_time') ? 'New API' : 'One API',
  };
}

const accounts = (conversion: Conversion, user_column: UserColumn): Mapping => ({
  kind: 'accounts',
  table: 'users',
  id: 'id',
  needs: [['quota'], [user_column]],
  reads: ['status', 'group'],
  only: [
    { column: 'deleted_at', where: 'deleted_at IS NULL', why: 'the user was deleted' },
    { column: 'status', where: `status <> ${DELETED}`, why: 'the user was deleted' },
    ...(user_column === 'id'
      ? []
      : [{ column: user_column, where: `${user_column} <> ''`, why: `the user has no ${user_column}` }]),
  ],
  map: (row) => {
    const f = new Fields(row);
    return f.set({
      user_id: f.text(user_column),
      balance: f.credits(conversion, f.text('quota') ?? '0'),
      tier: f.text('group'),
      is_suspended: f.text('status') === DISABLED ? true : null,
    });
  },
});

/** Maps a user column of another table to the user id in Tollgate. */
const userOf = (table: string, column: string, user_column: UserColumn) => ({
  table: 'users',
  column: user_column,
  name: 'account',
  sql: `(SELECT u."${user_column}" FROM users u WHERE u.id = "${table}"."${column}")`,
});

const isOfNobodyDeleted = (table: string, column: string) => ({
  table: 'users',
  column: 'deleted_at',
  why: 'the user was deleted',
  where: `NOT EXISTS (SELECT FROM users u WHERE u.id = "${table}"."${column}" AND u.deleted_at IS NOT NULL)`,
});

const usage = (conversion: Conversion, user_column: UserColumn): Mapping => ({
  kind: 'usage',
  table: 'logs',
  id: 'id',
  needs: [['user_id'], ['created_at'], ['type'], ['quota'], ['model_name']],
  reads: ['prompt_tokens', 'completion_tokens', 'use_time', 'token_name', 'group'],
  computed: [userOf('logs', 'user_id', user_column)],
  only: [
    { column: 'type', where: `type = ${CONSUMED}`, why: 'it is a top-up, an error or a note' },
    isOfNobodyDeleted('logs', 'user_id'),
  ],
  map: (row) => {
    const f = new Fields(row);
    const details = ['token_name', 'group'].flatMap((name) => (f.text(name) === null ? [] : [[name, f.text(name)]]));
    return f.set({
      user_id: f.text('account') ?? (user_column === 'id' ? f.text('user_id') : null),
      service: 'one-api',
      model: f.text('model_name'),
      occurred_at: f.seconds('created_at'),
      input_tokens: f.whole('prompt_tokens'),
      output_tokens: f.whole('completion_tokens'),
      cost: f.credits(conversion, f.text('quota') ?? '0'),
      duration_seconds: f.text('use_time'),
      metadata: details.length > 0 ? Object.fromEntries(details) : null,
    });
  },
});

const IS_NOT_DELETED = { column: 'deleted_at', where: 'deleted_at IS NULL', why: 'the code was deleted' };

/** Maps redemption codes, which grant quota once. */
const coupons = (conversion: Conversion): Mapping => ({
  kind: 'coupons',
  table: 'redemptions',
  id: 'id',
  needs: [['key'], ['quota'], ['status']],
  reads: ['name', 'expired_time'],
  only: [IS_NOT_DELETED],
  map: (row) => {
    const f = new Fields(row);
    const status = f.text('status');
    return f.set({
      code: f.text('key'),
      coupon_type: 'credit_bonus',
      value: f.credits(conversion, f.text('quota')),
      description: f.text('name'),
      max_uses: 1,
      used_count: status === USED ? 1 : 0,
      is_active: status !== DISABLED,
      expires_at: f.seconds('expired_time'),
    });
  },
});

const redemptions = (conversion: Conversion, user_column: UserColumn): Mapping => ({
  kind: 'redemptions',
  table: 'redemptions',
  id: 'id',
  needs: [['key'], ['quota']],
  reads: ['used_user_id', 'redeemed_time'],
  computed: [userOf('redemptions', 'used_user_id', user_column)],
  only: [
    IS_NOT_DELETED,
    { column: 'used_user_id', where: 'used_user_id > 0', why: 'nobody redeemed it' },
    isOfNobodyDeleted('redemptions', 'used_user_id'),
  ],
  map: (row) => {
    const f = new Fields(row);
    return f.set({
      user_id: f.text('account') ?? null,
      code: f.text('key'),
      redeemed_at: f.seconds('redeemed_time'),
      credits_awarded: f.credits(conversion, f.text('quota')),
    });
  },
});

const membersOf = (key: string): string => `SELECT value::jsonb AS members FROM options WHERE key = '${key}'`;

/** Maps price ratios. A ratio of 1 means 2 USD per million prompt tokens; the completion ratio is relative to it. */
const ratios = (): Mapping => ({
  kind: 'prices',
  table: 'options',
  from: `SELECT r.key AS model, r.value::numeric * 2 AS input, r.value::numeric * 2 * (c.members ->> r.key)::numeric AS output
    FROM (${membersOf('ModelRatio')}) m CROSS JOIN LATERAL jsonb_each_text(m.members) r
    LEFT JOIN (${membersOf('CompletionRatio')}) c ON true`,
  id: 'model',
  needs: [['model'], ['input']],
  reads: ['output'],
  map: (row) => {
    const f = new Fields(row);
    const [input, output] = [f.credits(USD, f.text('input')), f.credits(USD, f.text('output'))];
    if (output === null) f.note('has no ratio for its answers: they cost what prompts cost');
    return f.set({ model: f.text('model'), input_per_million: input, output_per_million: output ?? input });
  },
});

/** Maps prices per call. */
const callPrices = (): Mapping => ({
  kind: 'prices',
  table: 'options',
  from: `SELECT r.key AS model, r.value AS price
    FROM (${membersOf('ModelPrice')}) m CROSS JOIN LATERAL jsonb_each_text(m.members) r`,
  id: 'model',
  needs: [['model'], ['price']],
  reads: [],
  map: (row) => {
    const f = new Fields(row);
    return f.set({ model: f.text('model'), per_request: f.credits(USD, f.text('price')) });
  },
});
