import { amount, max, units } from '../../platform/values/amount.js';
import { Conversion } from '../conversion.js';
import { Fields, NOTES } from './fields.js';
import type { Mapped, Mapping, SystemTables } from './mapped.js';
import type { Row } from './snapshot.js';

/** When the end user named by the caller pays; the same setting as for LiteLLM's callback. */
export type EndUserRule = 'always' | 'known' | 'never';

/** Converts prices per token to prices per million. */
const PER_MILLION = new Conversion('0.000001');
const ADMIN = 'default_user_id';
/** Values that programs write for no user. */
const NOBODY = `('', 'none', 'null', 'nan', 'undefined', '${ADMIN}')`;

/** LiteLLM's proxy with a database. The remaining budget of a user becomes the balance. */
export function liteLlm(conversion: Conversion, end_user: EndUserRule): SystemTables {
  return {
    system: 'LiteLLM',
    mappings: [prices(), users(conversion), endUsers(conversion), usage(conversion, end_user)],
    not_taken: [
      {
        table: 'LiteLLM_VerificationToken',
        what: 'API keys in LiteLLM_VerificationToken',
        why: 'not imported yet: they go on working in LiteLLM',
      },
      {
        table: 'LiteLLM_TeamTable',
        what: 'budgets of teams in LiteLLM_TeamTable',
        why: 'an account belongs to one user',
      },
      {
        table: 'LiteLLM_OrganizationTable',
        what: 'budgets of organizations in LiteLLM_OrganizationTable',
        why: 'an account belongs to one user',
      },
    ],
    version: (tables) => {
      const own = [...tables.keys()].filter((table) => table.startsWith('LiteLLM_'));
      const isRecent = tables.get('LiteLLM_SpendLogs')?.has('session_id') === true;
      return `${own.length} tables of LiteLLM, ${isRecent ? 'with' : 'without'} sessions in the spend logs`;
    },
  };
}

const users = (conversion: Conversion): Mapping => ({
  kind: 'accounts',
  table: 'LiteLLM_UserTable',
  id: 'user_id',
  needs: [['user_id'], ['spend']],
  reads: ['max_budget', 'created_at'],
  only: [{ column: 'user_id', where: `user_id <> '${ADMIN}'`, why: "it is LiteLLM's own administrator" }],
  map: (row) => accountOf(row, conversion),
});

const endUsers = (conversion: Conversion): Mapping => ({
  kind: 'accounts',
  table: 'LiteLLM_EndUserTable',
  id: 'user_id',
  needs: [['user_id'], ['spend']],
  reads: ['blocked'],
  computed: [
    {
      table: 'LiteLLM_BudgetTable',
      column: 'max_budget',
      name: 'max_budget',
      sql: `(SELECT b.max_budget FROM "LiteLLM_BudgetTable" b WHERE b.budget_id = "LiteLLM_EndUserTable".budget_id)`,
    },
  ],
  map: (row) => accountOf(row, conversion),
});

/**
 * Maps a user to an account with the remaining budget. An overspent budget becomes zero, because LiteLLM never collects
 * the excess.
 */
function accountOf(row: Row, conversion: Conversion): Mapped {
  const f = new Fields(row);
  const [budget, spend] = [
    f.credits(conversion, f.text('max_budget')),
    f.credits(conversion, f.text('spend') ?? '0') ?? '0',
  ];
  if (budget === null) f.note('has no budget: it begins without credits');
  return f.set({
    user_id: f.text('user_id'),
    balance: budget === null ? '0' : leftOf(f, budget, spend),
    created_at: f.time('created_at'),
    is_suspended: f.truth('blocked'),
  });
}

function leftOf(f: Fields, budget: string, spend: string): string {
  try {
    const left = units(budget) - units(spend);
    if (left < 0n) f.note('has spent more than its budget: it begins without credits');
    return amount(max(0n, left));
  } catch {
    return `${budget} - ${spend}`; // not numbers; validation refuses them
  }
}

const isSomebody = (column: string): string =>
  `lower(trim("${column}")) NOT IN ${NOBODY} AND "${column}" !~ '^\\s*[\\[{]'`;
const somebody = (column: string): string => `CASE WHEN ${isSomebody(column)} THEN "${column}" END`;
const PAYERS: Readonly<Record<EndUserRule, string>> = {
  always: `coalesce(${somebody('end_user')}, ${somebody('user')})`,
  known: `coalesce(${somebody('user')}, ${somebody('end_user')})`,
  never: somebody('user'),
};

const usage = (conversion: Conversion, end_user: EndUserRule): Mapping => ({
  kind: 'usage',
  table: 'LiteLLM_SpendLogs',
  id: 'request_id',
  needs: [['spend'], ['startTime'], ['user'], ['end_user']],
  reads: [
    'endTime',
    'model',
    'total_tokens',
    'prompt_tokens',
    'completion_tokens',
    'call_type',
    'custom_llm_provider',
    'team_id',
    'session_id',
    'status',
  ],
  computed: [{ column: 'user', name: 'payer', sql: PAYERS[end_user] }],
  only: [{ column: 'user', where: `${PAYERS[end_user]} IS NOT NULL`, why: NOTES.nobody }],
  map: (row) => usageOf(row, conversion),
});

function usageOf(row: Row, conversion: Conversion): Mapped {
  const f = new Fields(row);
  const [input, output, total] = [f.whole('prompt_tokens'), f.whole('completion_tokens'), f.whole('total_tokens')];
  const inPools = Number(input ?? 0) + Number(output ?? 0);
  const isLess = typeof total === 'number' && total < inPools;
  if (isLess) f.note('has fewer tokens in all than in prompt and answer: these count');
  const [occurred_at, ended_at] = [f.time('startTime'), f.time('endTime')];
  const details = ['call_type', 'custom_llm_provider', 'team_id'];
  const kept = details.flatMap((name) => (f.text(name) === null ? [] : [[name, f.text(name)]]));
  return f.set({
    user_id: f.text('payer'),
    service: 'litellm',
    model: f.text('model'),
    occurred_at,
    input_tokens: input,
    output_tokens: output,
    tokens: isLess ? null : total,
    cost: f.credits(conversion, f.text('spend') ?? '0'),
    duration_seconds: durationOf(occurred_at, ended_at),
    session_id: f.text('session_id'),
    succeeded: f.text('status') === 'failure' ? false : null,
    metadata: kept.length > 0 ? Object.fromEntries(kept) : null,
  });
}

/** Returns the seconds between two timestamps; null if one is missing or they are in the wrong order. */
function durationOf(from: string | null, to: string | null): string | null {
  const ms = Date.parse(`${to ?? ''}Z`) - Date.parse(`${from ?? ''}Z`);
  return ms >= 0 ? (ms / 1000).toFixed(3) : null;
}

/** LiteLLM's per-token costs by price column. */
const COSTS: Readonly<Record<string, string>> = {
  input_per_million: 'input_cost_per_token',
  output_per_million: 'output_cost_per_token',
  cache_read_per_million: 'cache_read_input_token_cost',
  cache_write_per_million: 'cache_creation_input_token_cost',
  reasoning_per_million: 'output_cost_per_reasoning_token',
};

const prices = (): Mapping => ({
  kind: 'prices',
  table: 'LiteLLM_ProxyModelTable',
  id: 'model_id',
  needs: [['model_name'], ['litellm_params'], ['model_info']],
  reads: [],
  only: [
    {
      column: 'model_info',
      where: `(coalesce(model_info::jsonb, '{}') || litellm_params::jsonb) ?| ARRAY['input_cost_per_token', 'output_cost_per_token']`,
      why: 'it has no cost of its own: the price lists know what it costs',
    },
  ],
  map: (row) => {
    const f = new Fields(row);
    const given = { ...f.json('model_info'), ...f.json('litellm_params') };
    const found = Object.entries(COSTS).map(([column, cost]) => [column, perMillion(given[cost])]);
    return f.set({ model: f.text('model_name'), ...(Object.fromEntries(found) as Record<string, string | null>) });
  },
});

/** Converts a JSON cost in USD per token to USD per million; null if it is not a number. */
function perMillion(cost: unknown): string | null {
  const text = typeof cost === 'number' || typeof cost === 'string' ? String(cost) : '';
  return PER_MILLION.credits(text)?.text ?? null;
}
