-- CreateEnum
CREATE TYPE "coupon_type" AS ENUM ('credit_bonus', 'free_month', 'percentage_discount', 'fixed_discount');

-- CreateTable
CREATE TABLE "coupon_codes" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "code" VARCHAR(64) NOT NULL,
    "coupon_type" "coupon_type" NOT NULL,
    "value" DECIMAL(20,10) NOT NULL,
    "description" VARCHAR(500),
    "max_uses" INTEGER,
    "used_count" INTEGER NOT NULL DEFAULT 0,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "tiers" VARCHAR(64)[] NOT NULL DEFAULT ARRAY[]::VARCHAR(64)[],
    "first_purchase_only" BOOLEAN NOT NULL DEFAULT false,
    "new_accounts_only" BOOLEAN NOT NULL DEFAULT false,
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "coupon_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "coupon_redemptions" (
    "user_id" VARCHAR(255) NOT NULL,
    "code" VARCHAR(64) NOT NULL,
    "credits_awarded" DECIMAL(20,10) NOT NULL,
    "credits_added" DECIMAL(20,10) NOT NULL,
    "new_balance" DECIMAL(20,10) NOT NULL,
    "transaction_id" UUID,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "redeemed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "coupon_redemptions_pkey" PRIMARY KEY ("user_id","code")
);

-- CreateTable
CREATE TABLE "coupon_attempts" (
    "user_id" VARCHAR(255) NOT NULL,
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "attempted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "coupon_attempts_pkey" PRIMARY KEY ("user_id","id")
);

-- CreateTable
CREATE TABLE "account_discounts" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "code" VARCHAR(64) NOT NULL,
    "coupon_type" "coupon_type" NOT NULL,
    "value" DECIMAL(20,10) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),
    "used_for" VARCHAR(255),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_discounts_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "coupon_codes_code_key" ON "coupon_codes"("code");

-- CreateIndex
CREATE INDEX "coupon_codes_created_at_id_idx" ON "coupon_codes"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "coupon_redemptions_code_redeemed_at_idx" ON "coupon_redemptions"("code", "redeemed_at");

-- CreateIndex
CREATE UNIQUE INDEX "account_discounts_user_id_code_key" ON "account_discounts"("user_id", "code");

-- AddForeignKey
ALTER TABLE "coupon_redemptions" ADD CONSTRAINT "coupon_redemptions_code_fkey" FOREIGN KEY ("code") REFERENCES "coupon_codes"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_discounts" ADD CONSTRAINT "account_discounts_code_fkey" FOREIGN KEY ("code") REFERENCES "coupon_codes"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What SQL can hold, SQL holds.
ALTER TABLE "coupon_codes"
  ADD CONSTRAINT "coupon_codes_code_check" CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]{2,63}$'),
  ADD CONSTRAINT "coupon_codes_value_check" CHECK (
    CASE coupon_type WHEN 'free_month' THEN value = 1 WHEN 'percentage_discount' THEN value BETWEEN 1 AND 100 ELSE value > 0 END),
  ADD CONSTRAINT "coupon_codes_used_count_check" CHECK (used_count >= 0 AND used_count <= max_uses AND max_uses >= 1);

ALTER TABLE "coupon_redemptions"
  ADD CONSTRAINT "coupon_redemptions_credits_check" CHECK (credits_added >= 0 AND credits_added <= credits_awarded AND credits_added <= new_balance),
  ADD CONSTRAINT "coupon_redemptions_transaction_id_check" CHECK ((credits_awarded > 0) = (transaction_id IS NOT NULL)),
  ADD CONSTRAINT "coupon_redemptions_metadata_check" CHECK (jsonb_typeof(metadata) = 'object');

ALTER TABLE "account_discounts"
  ADD CONSTRAINT "account_discounts_value_check" CHECK (
    CASE coupon_type WHEN 'percentage_discount' THEN value BETWEEN 1 AND 100 WHEN 'fixed_discount' THEN value > 0 ELSE false END),
  ADD CONSTRAINT "account_discounts_used_check" CHECK ((used_at IS NULL) = (used_for IS NULL));

-- Room on the page for the next version of a row that every redemption of a code updates.
ALTER TABLE "coupon_codes" SET (fillfactor = 80);

-- Coupons in force, for analysts and for the list: active_only means this.
CREATE VIEW "active_coupons" AS
  SELECT *, max_uses - used_count AS remaining_uses FROM coupon_codes
  WHERE is_active AND (expires_at IS NULL OR expires_at > CURRENT_TIMESTAMP);

-- What everything means, from the docs of schema.prisma.
COMMENT ON TYPE "coupon_type" IS 'What a coupon gives.';
COMMENT ON TABLE "coupon_codes" IS 'A code and what redeeming it gives. Its terms never change; it can only be deactivated.';
COMMENT ON COLUMN "coupon_codes"."id" IS 'UUIDv7 of the coupon: its place in lists.';
COMMENT ON COLUMN "coupon_codes"."code" IS 'What people enter, in any case.';
COMMENT ON COLUMN "coupon_codes"."coupon_type" IS 'What the coupon gives.';
COMMENT ON COLUMN "coupon_codes"."value" IS 'How much: credits of a credit_bonus, percent (1 to 100) or USD off the next payment, 1 month of a free_month.';
COMMENT ON COLUMN "coupon_codes"."description" IS 'What the coupon is for, for people.';
COMMENT ON COLUMN "coupon_codes"."max_uses" IS 'Most redemptions in all; null is unlimited.';
COMMENT ON COLUMN "coupon_codes"."used_count" IS 'Redemptions so far.';
COMMENT ON COLUMN "coupon_codes"."valid_from" IS 'From when the coupon may be redeemed.';
COMMENT ON COLUMN "coupon_codes"."expires_at" IS 'Until when the coupon, and a discount it gave, may be used; null is forever.';
COMMENT ON COLUMN "coupon_codes"."is_active" IS 'Whether an admin left the coupon in force.';
COMMENT ON COLUMN "coupon_codes"."tiers" IS 'Tiers whose accounts may redeem the coupon; none listed is all.';
COMMENT ON COLUMN "coupon_codes"."first_purchase_only" IS 'Whether only accounts that never bought anything may redeem the coupon.';
COMMENT ON COLUMN "coupon_codes"."new_accounts_only" IS 'Whether only accounts opened in the last 30 days may redeem the coupon.';
COMMENT ON COLUMN "coupon_codes"."created_by" IS 'Who made the coupon.';
COMMENT ON COLUMN "coupon_codes"."created_at" IS 'When the coupon was made.';
COMMENT ON COLUMN "coupon_codes"."updated_at" IS 'When the coupon was last redeemed or deactivated.';
COMMENT ON TABLE "coupon_redemptions" IS 'A coupon that a user redeemed, with what it gave then. Once per user and code.';
COMMENT ON COLUMN "coupon_redemptions"."user_id" IS 'Who redeemed.';
COMMENT ON COLUMN "coupon_redemptions"."code" IS 'Code that was redeemed.';
COMMENT ON COLUMN "coupon_redemptions"."credits_awarded" IS 'Credits given; zero of a discount.';
COMMENT ON COLUMN "coupon_redemptions"."credits_added" IS 'What of them reached the balance: debt was paid first.';
COMMENT ON COLUMN "coupon_redemptions"."new_balance" IS 'Balance right after.';
COMMENT ON COLUMN "coupon_redemptions"."transaction_id" IS 'Ledger line that booked the credits; null of a discount.';
COMMENT ON COLUMN "coupon_redemptions"."metadata" IS 'What the caller attached.';
COMMENT ON COLUMN "coupon_redemptions"."redeemed_at" IS 'When the coupon was redeemed.';
COMMENT ON TABLE "coupon_attempts" IS 'A try at a coupon code, kept for the hour in which it counts against the limit.';
COMMENT ON COLUMN "coupon_attempts"."user_id" IS 'Who tried.';
COMMENT ON COLUMN "coupon_attempts"."id" IS 'UUIDv7 of the try.';
COMMENT ON COLUMN "coupon_attempts"."attempted_at" IS 'When it was.';
COMMENT ON TABLE "account_discounts" IS 'A discount that waits on an account for its next payment, which uses it once.';
COMMENT ON COLUMN "account_discounts"."id" IS 'UUIDv7 of the discount.';
COMMENT ON COLUMN "account_discounts"."user_id" IS 'Whose account.';
COMMENT ON COLUMN "account_discounts"."code" IS 'Coupon that gave the discount.';
COMMENT ON COLUMN "account_discounts"."coupon_type" IS 'Whether the value is a percentage or an amount.';
COMMENT ON COLUMN "account_discounts"."value" IS 'Percent (1 to 100), or USD.';
COMMENT ON COLUMN "account_discounts"."expires_at" IS 'Until when a payment may use it; null is forever.';
COMMENT ON COLUMN "account_discounts"."used_at" IS 'When a payment used it; null while it waits.';
COMMENT ON COLUMN "account_discounts"."used_for" IS 'Payment that used it; null while it waits.';
COMMENT ON COLUMN "account_discounts"."created_at" IS 'When the discount was given.';
