import { amount } from '../../../src/platform/values/amount.js';
import type { ModelAccount } from './agreement-account.js';
import { headroomOf } from '../model/budgets.js';
import { budgetRefused, workOf } from './agreement-budgets.js';
import { compare, type Mismatch, timeOf } from './agreement-compare.js';
import { type Call, instantOf, isDone, type Json, unitsOf } from './agreement-history.js';

/** The result of a record of a batch, which has no columns of the account. */
export const isOfBatch = ({ answer }: Call): boolean => answer.index !== undefined;

/** Compares the answer to a call whose key was used by `maker` before. */
export function replayed(account: ModelAccount, call: Call, maker: Call): Mismatch {
  if (call.path !== maker.path || JSON.stringify(call.body) !== JSON.stringify(maker.body)) {
    return call.answer.code === 'idempotency_conflict' ? null : 'a key of another request was accepted';
  }
  if (!isDone(call) || !call.hit) return `the key was used before, but the answer is ${call.status} and no replay`;
  const recorded = ['transaction_id', 'amount', 'balance_after', 'id'];
  const first = Object.fromEntries(recorded.map((name) => [name, maker.answer[name]]));
  return (
    compare(first, call.answer) ??
    (call.kind === 'free' || isOfBatch(call)
      ? null
      : call.answer.captured_amount === undefined
        ? differsFrom(account, call.answer)
        : holdDiffers(account, call.answer))
  );
}

/** Compares the answer to a call that was refused. */
export function refused(account: ModelAccount, call: Call): Mismatch {
  const { answer, status, hold_id = '', refund_of = '' } = call;
  if (status === 402) return unaffordable(account, call);
  switch (answer.code) {
    case 'hold_already_resolved':
      return account.money.holds.has(hold_id)
        ? 'the hold is still active'
        : compare({ hold_status: account.history.holds.get(hold_id)?.status }, answer);
    case 'refund_exceeds_charge': {
      const left = account.refundable(refund_of);
      if (call.amount <= left) return `${left} units of the charge are left to refund`;
      return compare({ refundable: amount(BigInt(left)) }, answer);
    }
    case 'invalid_expiry':
      return (call.expires_at ?? Number.POSITIVE_INFINITY) > call.answered_at ? 'the expiry was still to come' : null;
    case 'not_found':
      return isThere(account, call) ? 'the thing exists' : null;
    default:
      return `an unexpected answer: ${status} ${JSON.stringify(answer)}`;
  }
}

function isThere(account: ModelAccount, { hold_id = '', refund_of = '' }: Call): boolean {
  return account.history.line_by_id.has(refund_of) || account.history.holds.has(hold_id);
}

function unaffordable(account: ModelAccount, call: Call): Mismatch {
  const { answer, amount: size } = call;
  const { money } = account;
  const verdict = money.judge(size);
  const full = account.budgets.refuse(workOf(call), size);
  const free = money.debt > 0 ? 0 : money.total - money.held;
  // credits that are tighter than a budget of credits are named instead of it
  const isOfCredits = verdict !== null && full[0]?.unit === 'credits' && free < headroomOf(full[0]);
  if (full.length > 0 && !isOfCredits) return budgetRefused(full, call);
  if (verdict !== answer.code) {
    return `refused as ${String(answer.code)}, the model says ${verdict ?? 'that it fits'}`;
  }
  const { available, monthly_cap, reset_date: resets_at } = account.view();
  const extra = verdict === 'monthly_cap_exceeded' ? { monthly_cap, resets_at } : {};
  return compare({ required: amount(BigInt(size)), available, ...extra }, answer);
}

/** Compares the answer to a call that has just taken effect. */
export function answered(account: ModelAccount, call: Call): Mismatch {
  const { answer, amount: size } = call;
  if (call.kind === 'move' || call.kind === 'boost' || call.kind === 'free' || isOfBatch(call)) return null;
  if (answer.captured_amount !== undefined) {
    if (call.kind === 'hold') {
      const ttl = (call.body!.ttl_seconds as number) * 1000;
      if (instantOf(answer.expires_at) !== instantOf(answer.created_at) + ttl) return 'the hold lives for another time';
    }
    const captured = call.kind === 'capture' ? size : 0;
    return compare({ captured_amount: amount(BigInt(captured)) }, answer) ?? holdDiffers(account, answer, call.kind);
  }
  return differsFrom(account, answer);
}

/** A hold as it stands; of one that is resolved, what it became is stored. */
function holdDiffers(account: ModelAccount, answer: Json, kind?: string): Mismatch {
  const id = answer.id as string;
  const [active, stored] = [account.money.holds.get(id), account.history.holds.get(id)];
  if (!stored) return `the hold ${id} is not stored`;
  const status = active ? 'active' : stored.status;
  if (kind === 'capture' && status !== 'captured') return `a captured hold is stored as ${status}`;
  const captured_amount = amount(BigInt(active ? 0 : stored.captured));
  return compare({ status, captured_amount, ...(active ? { expires_at: timeOf(active.expires) } : {}) }, answer);
}

/** Compares a balance. */
export function differsFrom(account: ModelAccount, answer: Json): Mismatch {
  return compare(account.view(), answer);
}

/** Compares a list of grants. */
export function grantsDiffer(account: ModelAccount, answer: Json): Mismatch {
  const [stored, expected] = [
    (answer.list as Json[]).map(
      (g) => `${String(g.source)} ${unitsOf(g.remaining)} ${String(g.expires_at)} ${String(g.created_at)}`,
    ),
    account.money.grants
      .filter(({ left }) => left > 0)
      .map((g) => `${g.source} ${g.left} ${g.expires === null ? 'null' : timeOf(g.expires)} ${timeOf(g.since)}`),
  ].map((list) => list.toSorted().join('; '));
  return stored === expected ? null : `grants: answered ${stored!}, the model says ${expected!}`;
}
