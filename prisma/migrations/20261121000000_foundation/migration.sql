-- UUIDv7 (RFC 9562, method 3) of an instant: milliseconds, the rest of the microsecond clock in the 12 bits after the
-- version, then a number within the posting (below 16,384) and 48 random bits. Made from an account's strictly rising
-- last_updated, ids of an account rise in posting order, whichever process posts.
CREATE FUNCTION tollgate_uuid7(at timestamptz, n integer DEFAULT 0) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN encode(overlay(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((date_part('epoch', at) * 1000000)::bigint / 1000) FROM 3) FROM 1)
    PLACING int4send((((28672 + (date_part('epoch', at) * 1000000)::bigint % 1000 * 4096 / 1000) << 16) | (32768 + n))::int)
    FROM 7), 'hex')::uuid;

-- The ledger and the audit log are append-only, for everybody.
CREATE FUNCTION tollgate_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused, a correction is a new line', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'object_not_in_prerequisite_state';
END;
$$;

-- CreateEnum
CREATE TYPE "transaction_type" AS ENUM ('usage', 'purchase', 'bonus', 'refund', 'adjustment');

-- CreateEnum
CREATE TYPE "grant_source" AS ENUM ('trial', 'plan', 'purchase', 'bonus', 'coupon', 'referral', 'refund', 'adjustment');

-- CreateEnum
CREATE TYPE "hold_status" AS ENUM ('active', 'captured', 'released', 'expired');

-- CreateEnum
CREATE TYPE "audit_result" AS ENUM ('success', 'failure');

-- CreateTable
CREATE TABLE "tiers" (
    "tier" VARCHAR(64) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "price_monthly" DECIMAL(20,10) NOT NULL,
    "credits_monthly" DECIMAL(20,10) NOT NULL,
    "monthly_cap" DECIMAL(20,10),
    "cost_per_1k_tokens" DECIMAL(20,10) NOT NULL,
    "rollover_max" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "renews" BOOLEAN NOT NULL,
    "is_public" BOOLEAN NOT NULL DEFAULT true,
    "rank" INTEGER NOT NULL,
    "calls_per_day" INTEGER,
    "calls_per_month" INTEGER,
    "features" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tiers_pkey" PRIMARY KEY ("tier")
);

-- CreateTable
CREATE TABLE "user_credits" (
    "user_id" VARCHAR(255) NOT NULL,
    "balance" DECIMAL(20,10) NOT NULL,
    "held" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "debt" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "capped" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "plan_used" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "used_this_period" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "allocated_monthly" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "bonus_credits" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "free_tier_used" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "monthly_cap" DECIMAL(20,10),
    "monthly_cap_is_set" BOOLEAN NOT NULL DEFAULT false,
    "tier" VARCHAR(64) NOT NULL,
    "next_tier" VARCHAR(64),
    "reset_date" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "last_updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_credits_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "credit_transactions" (
    "id" UUID NOT NULL,
    "user_id" VARCHAR(255) NOT NULL,
    "amount" DECIMAL(20,10) NOT NULL,
    "balance_after" DECIMAL(20,10) NOT NULL,
    "transaction_type" "transaction_type" NOT NULL,
    "service" VARCHAR(64),
    "model" VARCHAR(255),
    "cost_breakdown" JSONB,
    "description" VARCHAR(500),
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "refund_of" UUID,
    "hold_id" UUID,
    "actor" VARCHAR(255) NOT NULL,
    "request_id" VARCHAR(255),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credit_transactions_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateTable
CREATE TABLE "credit_grants" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "source" "grant_source" NOT NULL,
    "amount" DECIMAL(20,10) NOT NULL,
    "remaining" DECIMAL(20,10) NOT NULL,
    "priority" INTEGER NOT NULL,
    "effective_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "transaction_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credit_grants_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateTable
CREATE TABLE "credit_holds" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "amount" DECIMAL(20,10) NOT NULL,
    "captured_amount" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "status" "hold_status" NOT NULL DEFAULT 'active',
    "service" VARCHAR(64) NOT NULL,
    "model" VARCHAR(255),
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),
    "actor" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credit_holds_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "user_id" VARCHAR(255) NOT NULL,
    "idempotency_key" VARCHAR(255) NOT NULL,
    "request_hash" CHAR(64) NOT NULL,
    "resource_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("user_id","idempotency_key")
);

-- CreateTable
CREATE TABLE "audit_logs" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "action" VARCHAR(64) NOT NULL,
    "result" "audit_result" NOT NULL,
    "actor" VARCHAR(255) NOT NULL,
    "resource_type" VARCHAR(64) NOT NULL,
    "resource_id" VARCHAR(255),
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "request_id" VARCHAR(255),
    "ip" VARCHAR(64),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_logs_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateIndex
CREATE INDEX "credit_transactions_user_id_created_at_id_idx" ON "credit_transactions"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "credit_transactions_refund_of_idx" ON "credit_transactions"("user_id", "refund_of") WHERE (refund_of IS NOT NULL);

-- CreateIndex
CREATE INDEX "credit_grants_live_idx" ON "credit_grants"("user_id") WHERE (remaining > 0);

-- CreateIndex
CREATE INDEX "credit_holds_active_idx" ON "credit_holds"("user_id", "expires_at") WHERE (status = 'active');

-- CreateIndex
CREATE INDEX "audit_logs_user_id_created_at_id_idx" ON "audit_logs"("user_id", "created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "user_credits" ADD CONSTRAINT "user_credits_tier_fkey" FOREIGN KEY ("tier") REFERENCES "tiers"("tier") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_credits" ADD CONSTRAINT "user_credits_next_tier_fkey" FOREIGN KEY ("next_tier") REFERENCES "tiers"("tier") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What SQL can hold, SQL holds.
ALTER TABLE "tiers"
  ADD CONSTRAINT "tiers_amounts_check" CHECK (price_monthly >= 0 AND credits_monthly >= 0 AND monthly_cap >= 0 AND cost_per_1k_tokens >= 0 AND rollover_max >= 0),
  ADD CONSTRAINT "tiers_limits_check" CHECK (calls_per_day >= 0 AND calls_per_month >= 0),
  ADD CONSTRAINT "tiers_rank_check" CHECK (rank >= 0);

ALTER TABLE "user_credits"
  ADD CONSTRAINT "user_credits_user_id_check" CHECK (user_id <> ''),
  ADD CONSTRAINT "user_credits_balance_check" CHECK (balance >= 0),
  ADD CONSTRAINT "user_credits_held_check" CHECK (held >= 0 AND held <= balance),
  ADD CONSTRAINT "user_credits_debt_check" CHECK (debt >= 0 AND (debt = 0 OR balance = held)),
  ADD CONSTRAINT "user_credits_counters_check" CHECK (capped >= 0 AND plan_used >= 0 AND used_this_period >= 0 AND allocated_monthly >= 0 AND bonus_credits >= 0 AND free_tier_used >= 0),
  ADD CONSTRAINT "user_credits_monthly_cap_check" CHECK (monthly_cap >= 0),
  ADD CONSTRAINT "user_credits_due_at_check" CHECK (due_at <= reset_date);

ALTER TABLE "credit_transactions"
  ADD CONSTRAINT "credit_transactions_amount_check" CHECK (
    CASE transaction_type WHEN 'usage' THEN amount < 0 WHEN 'adjustment' THEN amount <> 0 ELSE amount > 0 END),
  ADD CONSTRAINT "credit_transactions_refund_of_check" CHECK (refund_of IS NULL OR transaction_type = 'refund'),
  ADD CONSTRAINT "credit_transactions_hold_id_check" CHECK (hold_id IS NULL OR transaction_type = 'usage'),
  ADD CONSTRAINT "credit_transactions_metadata_check" CHECK (jsonb_typeof(metadata) = 'object');

ALTER TABLE "credit_grants"
  ADD CONSTRAINT "credit_grants_amount_check" CHECK (amount > 0),
  ADD CONSTRAINT "credit_grants_remaining_check" CHECK (remaining >= 0 AND remaining <= amount),
  ADD CONSTRAINT "credit_grants_expires_at_check" CHECK (expires_at > effective_at);

ALTER TABLE "credit_holds"
  ADD CONSTRAINT "credit_holds_amount_check" CHECK (amount > 0),
  ADD CONSTRAINT "credit_holds_captured_amount_check" CHECK (captured_amount >= 0 AND (captured_amount = 0 OR status = 'captured')),
  ADD CONSTRAINT "credit_holds_resolved_at_check" CHECK ((status = 'active') = (resolved_at IS NULL)),
  ADD CONSTRAINT "credit_holds_metadata_check" CHECK (jsonb_typeof(metadata) = 'object');

ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_key_check" CHECK (idempotency_key <> '');

CREATE TRIGGER "credit_transactions_append_only" BEFORE UPDATE OR DELETE ON "credit_transactions"
  FOR EACH ROW EXECUTE FUNCTION tollgate_refuse_change();
CREATE TRIGGER "credit_transactions_no_truncate" BEFORE TRUNCATE ON "credit_transactions"
  FOR EACH STATEMENT EXECUTE FUNCTION tollgate_refuse_change();
CREATE TRIGGER "audit_logs_append_only" BEFORE UPDATE OR DELETE ON "audit_logs"
  FOR EACH ROW EXECUTE FUNCTION tollgate_refuse_change();
CREATE TRIGGER "audit_logs_no_truncate" BEFORE TRUNCATE ON "audit_logs"
  FOR EACH STATEMENT EXECUTE FUNCTION tollgate_refuse_change();

-- Room on the page for the next version of a row that every charge updates: such updates touch no index.
ALTER TABLE "user_credits" SET (fillfactor = 50);
ALTER TABLE "credit_holds" SET (fillfactor = 80);

-- The plans that every installation starts with; admins edit them afterwards.
INSERT INTO "tiers" (tier, name, price_monthly, credits_monthly, monthly_cap, cost_per_1k_tokens, renews, is_public, rank, calls_per_day, calls_per_month, features) VALUES
  ('free', 'Free', 0, 0, 0, 0.001, false, false, 0, NULL, NULL, '{}'),
  ('trial', 'Trial', 4, 5, 5, 0.001, false, true, 1, 100, NULL,
    ARRAY['100 API calls per day', 'Open-WebUI access', 'Basic AI models', 'Community support']),
  ('starter', 'Starter', 19, 20, 20, 0.002, true, true, 2, NULL, 1000,
    ARRAY['1,000 API calls per month', 'Open-WebUI + Center-Deep', 'All AI models', 'BYOK support', 'Email support']),
  ('professional', 'Professional', 49, 60, 60, 0.005, true, true, 3, NULL, 10000,
    ARRAY['10,000 API calls per month', 'All services (Chat, Search, TTS, STT)', 'Billing dashboard access', 'Priority support', 'BYOK support']),
  ('enterprise', 'Enterprise', 99, 999999.99, NULL, 0.010, true, true, 4, NULL, NULL,
    ARRAY['Unlimited API calls', 'Team management (5 seats)', 'Custom integrations', '24/7 dedicated support', 'White-label options']);

-- What everything means, from the docs of schema.prisma.
COMMENT ON TYPE "transaction_type" IS 'What a ledger line is.';
COMMENT ON TYPE "grant_source" IS 'Where granted credits came from.';
COMMENT ON TYPE "hold_status" IS 'Where a hold stands; an active hold past its expiry counts as expired.';
COMMENT ON TYPE "audit_result" IS 'How an audited act ended.';

COMMENT ON TABLE "tiers" IS 'A plan: monthly credits, cap, flat rate and entitlements.';
COMMENT ON COLUMN "tiers"."tier" IS 'Code of the plan.';
COMMENT ON COLUMN "tiers"."name" IS 'Name shown to people.';
COMMENT ON COLUMN "tiers"."price_monthly" IS 'List price of one month, USD.';
COMMENT ON COLUMN "tiers"."credits_monthly" IS 'Credits granted for each period of 30 days.';
COMMENT ON COLUMN "tiers"."monthly_cap" IS 'Most plan credits that may burn in one period; null is unlimited.';
COMMENT ON COLUMN "tiers"."cost_per_1k_tokens" IS 'Flat price of 1,000 tokens, charged while a model''s own price is unknown.';
COMMENT ON COLUMN "tiers"."rollover_max" IS 'Most unspent plan credits that survive a renewal.';
COMMENT ON COLUMN "tiers"."renews" IS 'Whether a new plan grant is booked every period.';
COMMENT ON COLUMN "tiers"."is_public" IS 'Whether the plan is shown in the public comparison.';
COMMENT ON COLUMN "tiers"."rank" IS 'Place in lists, cheapest first; a switch to a higher place is an upgrade.';
COMMENT ON COLUMN "tiers"."calls_per_day" IS 'Most metered calls a day; null is unlimited.';
COMMENT ON COLUMN "tiers"."calls_per_month" IS 'Most metered calls a period; null is unlimited.';
COMMENT ON COLUMN "tiers"."features" IS 'What the plan offers, one line each.';
COMMENT ON COLUMN "tiers"."created_at" IS 'When the plan was made.';
COMMENT ON COLUMN "tiers"."updated_at" IS 'When the plan was last edited.';

COMMENT ON TABLE "user_credits" IS 'One credit account per user. The row is the lock of everything that belongs to the account.';
COMMENT ON COLUMN "user_credits"."user_id" IS 'The platform''s id of the user.';
COMMENT ON COLUMN "user_credits"."balance" IS 'Credits on the account, held ones included; never below zero.';
COMMENT ON COLUMN "user_credits"."held" IS 'Credits set aside for work in progress.';
COMMENT ON COLUMN "user_credits"."debt" IS 'What finished work cost beyond the balance; the next grant pays it first.';
COMMENT ON COLUMN "user_credits"."capped" IS 'Plan credits in the balance that the monthly cap keeps from burning in this period.';
COMMENT ON COLUMN "user_credits"."plan_used" IS 'Plan credits burned in this period, as far as burns are attributed to grants.';
COMMENT ON COLUMN "user_credits"."used_this_period" IS 'Credits charged in this period.';
COMMENT ON COLUMN "user_credits"."allocated_monthly" IS 'Plan or trial credits given for this period.';
COMMENT ON COLUMN "user_credits"."bonus_credits" IS 'Credits given on top of the plan so far as bonus, coupon or referral.';
COMMENT ON COLUMN "user_credits"."free_tier_used" IS 'List cost of the free-model work of this period.';
COMMENT ON COLUMN "user_credits"."monthly_cap" IS 'Most plan credits that may burn in a period; null is unlimited.';
COMMENT ON COLUMN "user_credits"."monthly_cap_is_set" IS 'Whether an admin set the cap; then renewals and switches leave it.';
COMMENT ON COLUMN "user_credits"."tier" IS 'Code of the plan.';
COMMENT ON COLUMN "user_credits"."next_tier" IS 'Plan that takes over at reset_date; null when none is scheduled.';
COMMENT ON COLUMN "user_credits"."reset_date" IS 'End of the current period of 30 days.';
COMMENT ON COLUMN "user_credits"."due_at" IS 'Soonest instant at which a renewal, a grant''s expiry or a hold''s expiry must be booked before any charge.';
COMMENT ON COLUMN "user_credits"."last_updated" IS 'Instant of the newest change; strictly rising, ledger ids are made from it.';
COMMENT ON COLUMN "user_credits"."created_at" IS 'When the account was opened.';

COMMENT ON TABLE "credit_transactions" IS 'The append-only ledger: a correction is a new line, no line is ever changed or deleted.';
COMMENT ON COLUMN "credit_transactions"."id" IS 'UUIDv7 made by the database under the account''s lock: ids of an account rise in posting order.';
COMMENT ON COLUMN "credit_transactions"."user_id" IS 'Whose account.';
COMMENT ON COLUMN "credit_transactions"."amount" IS 'Signed credits: negative is a charge.';
COMMENT ON COLUMN "credit_transactions"."balance_after" IS 'Balance minus debt after this line.';
COMMENT ON COLUMN "credit_transactions"."transaction_type" IS 'What the line is.';
COMMENT ON COLUMN "credit_transactions"."service" IS 'Service that was charged.';
COMMENT ON COLUMN "credit_transactions"."model" IS 'Model that was used.';
COMMENT ON COLUMN "credit_transactions"."cost_breakdown" IS 'How the amount splits: provider_cost, markup, total.';
COMMENT ON COLUMN "credit_transactions"."description" IS 'A sentence for people.';
COMMENT ON COLUMN "credit_transactions"."metadata" IS 'What the caller attached, and why the line was booked.';
COMMENT ON COLUMN "credit_transactions"."refund_of" IS 'Line that this refund gives back.';
COMMENT ON COLUMN "credit_transactions"."hold_id" IS 'Hold that this charge captured.';
COMMENT ON COLUMN "credit_transactions"."actor" IS 'Who caused the line.';
COMMENT ON COLUMN "credit_transactions"."request_id" IS 'Request that caused the line.';
COMMENT ON COLUMN "credit_transactions"."created_at" IS 'When the line was booked.';

COMMENT ON TABLE "credit_grants" IS 'One addition of credits. The sum of what remains in live grants, less burns not yet attributed, is the balance.';
COMMENT ON COLUMN "credit_grants"."id" IS 'UUIDv7 of the grant.';
COMMENT ON COLUMN "credit_grants"."user_id" IS 'Whose account.';
COMMENT ON COLUMN "credit_grants"."source" IS 'Where the credits came from.';
COMMENT ON COLUMN "credit_grants"."amount" IS 'Credits given.';
COMMENT ON COLUMN "credit_grants"."remaining" IS 'Credits not yet burned or expired.';
COMMENT ON COLUMN "credit_grants"."priority" IS 'Burn order: lower burns first.';
COMMENT ON COLUMN "credit_grants"."effective_at" IS 'From when the credits may burn.';
COMMENT ON COLUMN "credit_grants"."expires_at" IS 'When what remains expires; null never.';
COMMENT ON COLUMN "credit_grants"."transaction_id" IS 'Ledger line that booked the grant.';
COMMENT ON COLUMN "credit_grants"."created_at" IS 'When the grant was booked.';

COMMENT ON TABLE "credit_holds" IS 'Credits set aside for work in progress; captured or released, once.';
COMMENT ON COLUMN "credit_holds"."id" IS 'UUIDv7 of the hold.';
COMMENT ON COLUMN "credit_holds"."user_id" IS 'Whose account.';
COMMENT ON COLUMN "credit_holds"."amount" IS 'Credits set aside.';
COMMENT ON COLUMN "credit_holds"."captured_amount" IS 'Credits charged when the hold was captured, the excess over its size included.';
COMMENT ON COLUMN "credit_holds"."status" IS 'Where the hold stands.';
COMMENT ON COLUMN "credit_holds"."service" IS 'Service the work belongs to.';
COMMENT ON COLUMN "credit_holds"."model" IS 'Model the work belongs to.';
COMMENT ON COLUMN "credit_holds"."metadata" IS 'What the caller attached.';
COMMENT ON COLUMN "credit_holds"."expires_at" IS 'When the hold counts as released unless it is extended.';
COMMENT ON COLUMN "credit_holds"."resolved_at" IS 'When the hold was captured, released or found expired.';
COMMENT ON COLUMN "credit_holds"."actor" IS 'Who set the credits aside.';
COMMENT ON COLUMN "credit_holds"."created_at" IS 'When the hold was made.';

COMMENT ON TABLE "idempotency_keys" IS 'Outcomes by idempotency key, so that a repeated request has no further effect.';
COMMENT ON COLUMN "idempotency_keys"."user_id" IS 'Account that the request touched.';
COMMENT ON COLUMN "idempotency_keys"."idempotency_key" IS 'The caller''s key.';
COMMENT ON COLUMN "idempotency_keys"."request_hash" IS 'SHA-256 over operation and body.';
COMMENT ON COLUMN "idempotency_keys"."resource_id" IS 'What was recorded: the ledger line or hold the request made.';
COMMENT ON COLUMN "idempotency_keys"."created_at" IS 'When the request took effect.';

COMMENT ON TABLE "audit_logs" IS 'Who did what to whom, written in the transaction that did it.';
COMMENT ON COLUMN "audit_logs"."id" IS 'UUIDv7 of the entry.';
COMMENT ON COLUMN "audit_logs"."user_id" IS 'Account that was acted on.';
COMMENT ON COLUMN "audit_logs"."action" IS 'What was done.';
COMMENT ON COLUMN "audit_logs"."result" IS 'How it ended.';
COMMENT ON COLUMN "audit_logs"."actor" IS 'Who did it.';
COMMENT ON COLUMN "audit_logs"."resource_type" IS 'Kind of the thing acted on.';
COMMENT ON COLUMN "audit_logs"."resource_id" IS 'Which thing.';
COMMENT ON COLUMN "audit_logs"."metadata" IS 'Particulars, without secrets.';
COMMENT ON COLUMN "audit_logs"."request_id" IS 'Request that did it.';
COMMENT ON COLUMN "audit_logs"."ip" IS 'Address the request came from.';
COMMENT ON COLUMN "audit_logs"."created_at" IS 'When it was done.';
