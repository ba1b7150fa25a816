-- CreateEnum
CREATE TYPE "referral_state" AS ENUM ('pending', 'rewarded', 'taken_back', 'refused');

-- CreateTable
CREATE TABLE "referral_programs" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "reward" DECIMAL(20,10) NOT NULL,
    "referred_credits" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "min_paid" DECIMAL(20,10) NOT NULL,
    "refund_days" INTEGER NOT NULL DEFAULT 14,
    "redeem_days" INTEGER NOT NULL DEFAULT 30,
    "max_rewards_per_30_days" INTEGER NOT NULL DEFAULT 10,
    "max_rewards" INTEGER NOT NULL DEFAULT 100,
    "expires_days" INTEGER NOT NULL DEFAULT 365,
    "sign_up_url" VARCHAR(500),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "referral_programs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "referral_codes" (
    "code" VARCHAR(10) NOT NULL,
    "user_id" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "referral_codes_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "referrals" (
    "id" UUID NOT NULL,
    "user_id" VARCHAR(255) NOT NULL,
    "referrer_id" VARCHAR(255) NOT NULL,
    "state" "referral_state" NOT NULL DEFAULT 'pending',
    "reason" VARCHAR(64),
    "reward" DECIMAL(20,10) NOT NULL,
    "referred_credits" DECIMAL(20,10) NOT NULL,
    "min_paid" DECIMAL(20,10) NOT NULL,
    "transaction_id" UUID,
    "referred_transaction_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "rewarded_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "referrals_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "referral_codes_user_id_created_at_idx" ON "referral_codes"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "referrals_id_idx" ON "referrals"("id");

-- CreateIndex
CREATE INDEX "referrals_referrer_id_created_at_id_idx" ON "referrals"("referrer_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "referrals_created_at_id_idx" ON "referrals"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "referrals_pending_idx" ON "referrals"("user_id") WHERE (state = 'pending');

-- CreateIndex
CREATE INDEX "referrals_rewarded_idx" ON "referrals"("rewarded_at") WHERE (state = 'rewarded');

COMMENT ON TYPE "referral_state" IS 'State of a referral. pending: the reward waits. rewarded: it was given. taken_back: it was given, and what was left of it was removed. refused: it is never given.';
COMMENT ON TABLE "referral_programs" IS 'Terms on which users get credits for inviting others. Without the row nobody does.';
COMMENT ON COLUMN "referral_programs"."id" IS 'Always 1: there is one program.';
COMMENT ON COLUMN "referral_programs"."reward" IS 'Credits for the user who invited.';
COMMENT ON COLUMN "referral_programs"."referred_credits" IS 'Credits for the invited user, given together with the reward.';
COMMENT ON COLUMN "referral_programs"."min_paid" IS 'What the invited user must have paid, USD, less refunds and disputes.';
COMMENT ON COLUMN "referral_programs"."refund_days" IS 'Days that a payment must be old to count.';
COMMENT ON COLUMN "referral_programs"."redeem_days" IS 'Days after opening in which an account can redeem a code; 0 ends the invitations, and pending rewards are still given.';
COMMENT ON COLUMN "referral_programs"."max_rewards_per_30_days" IS 'Rewards that a user can get in 30 days; further ones wait.';
COMMENT ON COLUMN "referral_programs"."max_rewards" IS 'Rewards that a user can get in all; further ones are refused.';
COMMENT ON COLUMN "referral_programs"."expires_days" IS 'Days after which the credits expire.';
COMMENT ON COLUMN "referral_programs"."sign_up_url" IS 'Page of the platform where new users sign up, with {code} in it; null for the dashboard.';
COMMENT ON COLUMN "referral_programs"."updated_at" IS 'When the terms were set.';
COMMENT ON TABLE "referral_codes" IS 'Code with which a user invites others.';
COMMENT ON COLUMN "referral_codes"."code" IS 'The code.';
COMMENT ON COLUMN "referral_codes"."user_id" IS 'User who invites with it.';
COMMENT ON COLUMN "referral_codes"."created_at" IS 'When the code was made.';
COMMENT ON TABLE "referrals" IS 'An account that redeemed the code of another user. An account redeems one code.';
COMMENT ON COLUMN "referrals"."id" IS 'UUIDv7 of the referral.';
COMMENT ON COLUMN "referrals"."user_id" IS 'User who redeemed the code.';
COMMENT ON COLUMN "referrals"."referrer_id" IS 'User whose code it was.';
COMMENT ON COLUMN "referrals"."state" IS 'State of the referral.';
COMMENT ON COLUMN "referrals"."reason" IS 'Why it was refused or taken back; null otherwise.';
COMMENT ON COLUMN "referrals"."reward" IS 'Credits promised to the user who invited.';
COMMENT ON COLUMN "referrals"."referred_credits" IS 'Credits promised to the invited user.';
COMMENT ON COLUMN "referrals"."min_paid" IS 'What the invited user must have paid, USD.';
COMMENT ON COLUMN "referrals"."transaction_id" IS 'Ledger line of the reward; null before it is given.';
COMMENT ON COLUMN "referrals"."referred_transaction_id" IS 'Ledger line of the credits of the invited user; null if there is none.';
COMMENT ON COLUMN "referrals"."created_at" IS 'When the code was redeemed.';
COMMENT ON COLUMN "referrals"."rewarded_at" IS 'When the reward was given; null before.';
COMMENT ON COLUMN "referrals"."closed_at" IS 'When it was refused or taken back; null otherwise.';

ALTER TABLE referral_programs ADD CONSTRAINT referral_programs_one CHECK (id = 1);
ALTER TABLE referral_programs ADD CONSTRAINT referral_programs_credits CHECK (reward > 0 AND referred_credits >= 0);
ALTER TABLE referral_programs ADD CONSTRAINT referral_programs_min_paid CHECK (min_paid > 0);
ALTER TABLE referral_programs ADD CONSTRAINT referral_programs_days
  CHECK (refund_days >= 0 AND refund_days <= 180 AND redeem_days >= 0 AND redeem_days <= 365
    AND expires_days >= 1 AND expires_days <= 3650);
ALTER TABLE referral_programs ADD CONSTRAINT referral_programs_limits
  CHECK (max_rewards_per_30_days >= 1 AND max_rewards_per_30_days <= 10000 AND max_rewards >= 1
    AND max_rewards <= 100000);
ALTER TABLE referrals ADD CONSTRAINT referrals_credits CHECK (reward > 0 AND referred_credits >= 0 AND min_paid > 0);
ALTER TABLE referrals ADD CONSTRAINT referrals_rewarded
  CHECK ((state IN ('rewarded', 'taken_back')) = (rewarded_at IS NOT NULL) AND (rewarded_at IS NULL) = (transaction_id IS NULL));
ALTER TABLE referrals ADD CONSTRAINT referrals_closed
  CHECK ((state IN ('refused', 'taken_back')) = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (reason IS NULL));
