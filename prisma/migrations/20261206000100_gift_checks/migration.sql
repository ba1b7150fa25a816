-- CreateEnum
CREATE TYPE "gift_occasion" AS ENUM ('initial_credits', 'registered', 'email_verified', 'first_call', 'payment_method', 'profile_complete');

-- CreateEnum
CREATE TYPE "gift_review_state" AS ENUM ('none', 'open', 'cleared', 'confirmed');

-- AlterEnum
ALTER TYPE "welcome_event" ADD VALUE 'profile_complete';

-- AlterTable
ALTER TABLE "welcome_gifts" ADD COLUMN     "credits" DECIMAL(20,10) NOT NULL DEFAULT 0,
ADD COLUMN     "expires_days" INTEGER,
ADD COLUMN     "given" DECIMAL(20,10) NOT NULL DEFAULT 0,
ALTER COLUMN "on" TYPE "gift_occasion" USING "on"::text::gift_occasion,
ALTER COLUMN "transaction_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "welcomes" ADD COLUMN     "profile_completed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "gift_checks" (
    "user_id" VARCHAR(255) NOT NULL,
    "trial_factor" DECIMAL(20,10) NOT NULL,
    "state" "gift_review_state" NOT NULL,
    "reasons" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" VARCHAR(255),
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gift_checks_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "gift_check_settings" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "is_on" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gift_check_settings_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "gift_checks_open_idx" ON "gift_checks"("checked_at" DESC, "user_id") WHERE (state = 'open');

-- CreateIndex
CREATE INDEX "welcome_gifts_withheld_idx" ON "welcome_gifts"("user_id") WHERE (given < credits);

COMMENT ON TYPE "gift_occasion" IS 'What a gift is for: the initial credits of the account, or a step.';
COMMENT ON TYPE "gift_review_state" IS 'Whether a gift check needs an administrator.';
COMMENT ON COLUMN "welcomes"."profile_completed_at" IS 'When the platform said that the user''s profile is complete; null before.';
COMMENT ON TABLE "welcome_gifts" IS 'A gift to a new user. Of what gift checks withheld, the rest is given as soon as they allow it.';
COMMENT ON COLUMN "welcome_gifts"."user_id" IS 'The user; the pseudonym after an erasure.';
COMMENT ON COLUMN "welcome_gifts"."on" IS 'What the gift is for.';
COMMENT ON COLUMN "welcome_gifts"."credits" IS 'Credits of the whole gift.';
COMMENT ON COLUMN "welcome_gifts"."given" IS 'Credits of it that were given.';
COMMENT ON COLUMN "welcome_gifts"."expires_days" IS 'Days after which credits of the gift expire; null if they do not.';
COMMENT ON COLUMN "welcome_gifts"."transaction_id" IS 'Ledger line that gave the latest credits; null if the opening of the account gave them, or if nothing was given.';
COMMENT ON COLUMN "welcome_gifts"."given_at" IS 'When the gift was decided.';
COMMENT ON TABLE "gift_checks" IS 'How much of gifts an account gets. Only accounts that were checked have a row.';
COMMENT ON COLUMN "gift_checks"."user_id" IS 'The account.';
COMMENT ON COLUMN "gift_checks"."trial_factor" IS 'Part of gifts that the account gets: 1, 0.5, 0.1 or 0.';
COMMENT ON COLUMN "gift_checks"."state" IS 'Whether an administrator should look at it, or has decided.';
COMMENT ON COLUMN "gift_checks"."reasons" IS 'Why the account gets that much.';
COMMENT ON COLUMN "gift_checks"."decided_at" IS 'When an administrator decided, or a payment cleared the account for good; null before.';
COMMENT ON COLUMN "gift_checks"."decided_by" IS 'Administrator who decided; null if nobody did.';
COMMENT ON COLUMN "gift_checks"."checked_at" IS 'When the account was checked last.';
COMMENT ON TABLE "gift_check_settings" IS 'Whether gifts to new users are checked. There is at most one row.';
COMMENT ON COLUMN "gift_check_settings"."id" IS 'Always true.';
COMMENT ON COLUMN "gift_check_settings"."is_on" IS 'Whether gifts to new users are checked.';
COMMENT ON COLUMN "gift_check_settings"."updated_at" IS 'When it was set.';

ALTER TABLE welcome_gifts ADD CONSTRAINT welcome_gifts_given CHECK (given BETWEEN 0 AND credits);
ALTER TABLE welcome_gifts ADD CONSTRAINT welcome_gifts_expiry CHECK (expires_days BETWEEN 1 AND 3650);
ALTER TABLE gift_checks ADD CONSTRAINT gift_checks_factor CHECK (trial_factor IN (0, 0.1, 0.5, 1));
ALTER TABLE gift_check_settings ADD CONSTRAINT gift_check_settings_single CHECK (id);
