-- Refunds and disputes get rows with ids and states, and what was sold is kept with its price.

-- AlterEnum
ALTER TYPE "dispute_status" ADD VALUE 'inquiry';
ALTER TYPE "dispute_status" ADD VALUE 'prevented';

-- AlterEnum
ALTER TYPE "payment_kind" ADD VALUE 'other';

-- AlterEnum
ALTER TYPE "payment_status" ADD VALUE 'refused';

-- CreateEnum
CREATE TYPE "refund_status" AS ENUM ('reported', 'pending', 'succeeded', 'failed', 'canceled');

-- AlterTable
ALTER TABLE "user_credits" ADD COLUMN     "next_terms" JSONB;

-- AlterTable
ALTER TABLE "payments" ADD COLUMN     "charged" DECIMAL(20,10),
ADD COLUMN     "charged_currency" VARCHAR(3),
ADD COLUMN     "covers_until" TIMESTAMPTZ(3),
ADD COLUMN     "reviewed_by" VARCHAR(255),
ADD COLUMN     "settled" DECIMAL(20,10),
ADD COLUMN     "terms" JSONB;

-- AlterTable
ALTER TABLE "subscriptions" ADD COLUMN     "paid_terms" JSONB,
ADD COLUMN     "terms" JSONB;

-- CreateTable
CREATE TABLE "payment_refunds" (
    "user_id" VARCHAR(255) NOT NULL,
    "payment_id" UUID NOT NULL,
    "refund_id" VARCHAR(255) NOT NULL,
    "status" "refund_status" NOT NULL,
    "amount" DECIMAL(20,10) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_refunds_pkey" PRIMARY KEY ("user_id","payment_id","refund_id")
);

-- CreateTable
CREATE TABLE "payment_disputes" (
    "user_id" VARCHAR(255) NOT NULL,
    "payment_id" UUID NOT NULL,
    "dispute_id" VARCHAR(255) NOT NULL,
    "status" "dispute_status" NOT NULL,
    "amount" DECIMAL(20,10) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "told_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_disputes_pkey" PRIMARY KEY ("user_id","payment_id","dispute_id")
);

-- CreateIndex
CREATE INDEX "payment_customers_customer_id_idx" ON "payment_customers"("customer_id");

-- CreateIndex
CREATE INDEX "payments_open_idx" ON "payments"("expires_at") WHERE (status = 'open');

-- CreateIndex
CREATE INDEX "payments_held_idx" ON "payments"("created_at", "id") WHERE (status = 'held');

-- What was one sum becomes a row whose id nobody told.
INSERT INTO "payment_refunds" ("user_id", "payment_id", "refund_id", "status", "amount", "currency")
SELECT "user_id", "id", 'unnamed', 'reported', "refunded", "currency" FROM "payments" WHERE "refunded" > 0;

INSERT INTO "payment_disputes" ("user_id", "payment_id", "dispute_id", "status", "amount", "currency", "told_at")
SELECT "user_id", "id", 'unnamed', "dispute", "disputed", "currency", "updated_at" FROM "payments"
WHERE "dispute" <> 'none';

UPDATE "payments" SET "disputed" = 0 WHERE "dispute" = 'won';
UPDATE "payments" SET "settled" = "amount" WHERE "status" = 'paid';

-- The newest payment of a plan that runs pays it.
UPDATE "payments" p SET "covers_until" = s."paid_until"
FROM "subscriptions" s
WHERE s."user_id" = p."user_id" AND s."subscription_id" = p."subscription_id" AND s."status" <> 'canceled'
  AND p."kind" IN ('plan', 'renewal') AND p."status" = 'paid' AND NOT EXISTS (
    SELECT 1 FROM "payments" newer WHERE newer."user_id" = p."user_id" AND newer."subscription_id" = p."subscription_id"
      AND newer."kind" IN ('plan', 'renewal') AND newer."status" = 'paid' AND newer."id" > p."id");

-- Plans that are sold already give what their tiers give now.
UPDATE "payments" p SET "terms" = t."terms" FROM (
  SELECT "tier", jsonb_build_object(
    'tier', "tier", 'price_monthly', "price_monthly"::text, 'credits_monthly', "credits_monthly"::text,
    'monthly_cap', "monthly_cap"::text, 'rollover_max', "rollover_max"::text, 'renews', true,
    'calls_per_day', "calls_per_day", 'calls_per_month', "calls_per_month",
    'free_calls_per_day', "free_calls_per_day") AS "terms" FROM "tiers") t
WHERE t."tier" = p."tier" AND p."status" IN ('open', 'processing', 'held', 'failed', 'expired');

UPDATE "subscriptions" s SET "terms" = t."terms", "paid_terms" = paid."terms"
FROM (
  SELECT "tier", jsonb_build_object(
    'tier', "tier", 'price_monthly', "price_monthly"::text, 'credits_monthly', "credits_monthly"::text,
    'monthly_cap', "monthly_cap"::text, 'rollover_max', "rollover_max"::text, 'renews', true,
    'calls_per_day', "calls_per_day", 'calls_per_month', "calls_per_month",
    'free_calls_per_day', "free_calls_per_day") AS "terms" FROM "tiers") t,
  (SELECT "tier", jsonb_build_object(
    'tier', "tier", 'price_monthly', "price_monthly"::text, 'credits_monthly', "credits_monthly"::text,
    'monthly_cap', "monthly_cap"::text, 'rollover_max', "rollover_max"::text, 'renews', true,
    'calls_per_day', "calls_per_day", 'calls_per_month', "calls_per_month",
    'free_calls_per_day', "free_calls_per_day") AS "terms" FROM "tiers") paid
WHERE t."tier" = s."tier" AND paid."tier" = s."paid_tier";

-- A subscription whose tier is gone has ended; it gives nothing any more.
UPDATE "subscriptions" SET "terms" = COALESCE("terms", '{}'), "paid_terms" = COALESCE("paid_terms", '{}')
WHERE "terms" IS NULL OR "paid_terms" IS NULL;

ALTER TABLE "subscriptions" ALTER COLUMN "terms" SET NOT NULL, ALTER COLUMN "paid_terms" SET NOT NULL;

-- Messages that wait are read as the new ones are.
UPDATE "payment_events" SET "facts" = "facts" - 'refunded_cents' || jsonb_build_object('kind', 'refunds', 'charge', NULL,
    'refunds', jsonb_build_array(jsonb_build_object('refund_id', 'unnamed', 'status', 'reported',
      'amount_cents', "facts"->'refunded_cents', 'currency', NULL)))
WHERE "facts"->>'kind' = 'refund';

UPDATE "payment_events" SET "facts" = "facts" - 'outcome' - 'disputed_cents' || jsonb_build_object('charge', NULL,
    'dispute_id', 'unnamed', 'status', "facts"->'outcome', 'amount_cents', "facts"->'disputed_cents', 'currency', NULL)
WHERE "facts"->>'kind' = 'dispute';

UPDATE "payment_events" SET "facts" = "facts" - 'is_first' - 'period_end_s' || jsonb_build_object('customer_id', NULL,
    'reason', CASE WHEN ("facts"->'is_first')::boolean THEN 'first' ELSE 'cycle' END,
    'settled_cents', "facts"->'amount_cents', 'total_cents', "facts"->'amount_cents',
    'lines', jsonb_build_array(jsonb_build_object('kind', 'plan', 'amount_cents', NULL,
      'begins_s', NULL, 'ends_s', "facts"->'period_end_s')))
WHERE "facts"->>'kind' = 'invoice';

UPDATE "payment_events" SET "facts" = "facts" || '{"price": null}' WHERE "facts"->>'kind' = 'subscription';

UPDATE "payment_events" SET "facts" = "facts" || jsonb_build_object('settled_cents', "facts"->'amount_cents', 'charged', NULL)
WHERE "facts"->>'kind' = 'checkout';

-- What SQL can hold, SQL holds. A new value of an enum can't be used in the transaction that adds it: texts are compared.
ALTER TABLE "payments"
  DROP CONSTRAINT "payments_offer_check",
  ADD CONSTRAINT "payments_offer_check" CHECK ((package_code IS NULL) = (kind::text IN ('plan', 'upgrade', 'renewal', 'other')) AND (tier IS NULL) = (kind::text IN ('package', 'top_up', 'other'))),
  ADD CONSTRAINT "payments_settled_check" CHECK (settled >= 0 AND charged > 0 AND (charged IS NULL) = (charged_currency IS NULL)),
  ADD CONSTRAINT "payments_terms_check" CHECK (jsonb_typeof(terms) = 'object');

ALTER TABLE "subscriptions"
  ADD CONSTRAINT "subscriptions_terms_check" CHECK (jsonb_typeof(terms) = 'object' AND jsonb_typeof(paid_terms) = 'object');

ALTER TABLE "user_credits" ADD CONSTRAINT "user_credits_next_terms_check" CHECK (jsonb_typeof(next_terms) = 'object');

ALTER TABLE "payment_refunds" ADD CONSTRAINT "payment_refunds_amount_check" CHECK (amount >= 0);
ALTER TABLE "payment_disputes"
  ADD CONSTRAINT "payment_disputes_amount_check" CHECK (amount >= 0),
  ADD CONSTRAINT "payment_disputes_status_check" CHECK (status::text <> 'none');

-- What everything means, from the docs of schema.prisma.
COMMENT ON TYPE "payment_status" IS 'Where a payment stands: open is offered, processing is on its way, held waits for an admin, who accepts or refuses it.';
COMMENT ON TYPE "refund_status" IS 'Where a refund stands; reported is a sum that the provider told without naming its refunds.';
COMMENT ON TYPE "dispute_status" IS 'Where a dispute with the payer''s bank stands; inquiries and prevented disputes move no money.';
COMMENT ON COLUMN "user_credits"."next_terms" IS 'What the next period gives, when it was paid before it begins.';
COMMENT ON COLUMN "payments"."settled" IS 'Money that was settled for it in all, with tax, in `currency`; null until it is known.';
COMMENT ON COLUMN "payments"."charged" IS 'Money that the payer''s card was charged in another currency.';
COMMENT ON COLUMN "payments"."charged_currency" IS 'That other currency, ISO 4217.';
COMMENT ON COLUMN "payments"."refunded" IS 'Share of the price that was paid back, in `currency`.';
COMMENT ON COLUMN "payments"."disputed" IS 'Share of the price that is disputed, or was lost in a dispute, in `currency`.';
COMMENT ON COLUMN "payments"."detail" IS 'Why the payment failed, is held or was refused.';
COMMENT ON COLUMN "payments"."covers_until" IS 'End of the period that the payment pays; null when it pays none.';
COMMENT ON COLUMN "payments"."terms" IS 'What the plan gives, as it was offered.';
COMMENT ON COLUMN "payments"."reviewed_by" IS 'Admin who accepted or refused it; null when it was not held.';
COMMENT ON TABLE "payment_refunds" IS 'Money of a payment that was paid back, or is on its way back.';
COMMENT ON COLUMN "payment_refunds"."user_id" IS 'Whose payment.';
COMMENT ON COLUMN "payment_refunds"."payment_id" IS 'Payment that is paid back.';
COMMENT ON COLUMN "payment_refunds"."refund_id" IS 'The provider''s id.';
COMMENT ON COLUMN "payment_refunds"."status" IS 'Where the refund stands.';
COMMENT ON COLUMN "payment_refunds"."amount" IS 'How much, in `currency`.';
COMMENT ON COLUMN "payment_refunds"."currency" IS 'Currency, ISO 4217.';
COMMENT ON COLUMN "payment_refunds"."created_at" IS 'When it was first told of.';
COMMENT ON COLUMN "payment_refunds"."updated_at" IS 'When it last changed.';
COMMENT ON TABLE "payment_disputes" IS 'A dispute of a payment with the payer''s bank.';
COMMENT ON COLUMN "payment_disputes"."user_id" IS 'Whose payment.';
COMMENT ON COLUMN "payment_disputes"."payment_id" IS 'Payment that is disputed.';
COMMENT ON COLUMN "payment_disputes"."dispute_id" IS 'The provider''s id.';
COMMENT ON COLUMN "payment_disputes"."status" IS 'Where the dispute stands.';
COMMENT ON COLUMN "payment_disputes"."amount" IS 'How much, in `currency`.';
COMMENT ON COLUMN "payment_disputes"."currency" IS 'Currency, ISO 4217.';
COMMENT ON COLUMN "payment_disputes"."told_at" IS 'When the provider said so.';
COMMENT ON COLUMN "payment_disputes"."created_at" IS 'When it was first told of.';
COMMENT ON COLUMN "payment_disputes"."updated_at" IS 'When it last changed.';
COMMENT ON COLUMN "subscriptions"."terms" IS 'What the next payment gives, as it was sold.';
COMMENT ON COLUMN "subscriptions"."paid_terms" IS 'What the running period gives, as it was sold.';
COMMENT ON COLUMN "auto_topups"."payment_id" IS 'Payment in flight, or waiting for its payer to confirm it; null when there is none.';
