-- CreateEnum
CREATE TYPE "welcome_event" AS ENUM ('registered', 'email_verified', 'first_call', 'payment_method');

-- CreateTable
CREATE TABLE "welcome_steps" (
    "source" VARCHAR(64) NOT NULL,
    "on" "welcome_event" NOT NULL,
    "credits" DECIMAL(20,10) NOT NULL,
    "expires_days" INTEGER NOT NULL DEFAULT 30,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "welcome_steps_pkey" PRIMARY KEY ("source","on")
);

-- CreateTable
CREATE TABLE "welcomes" (
    "user_id" VARCHAR(255) NOT NULL,
    "source" VARCHAR(64) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "welcomes_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "welcome_gifts" (
    "user_id" VARCHAR(255) NOT NULL,
    "on" "welcome_event" NOT NULL,
    "transaction_id" UUID NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "welcome_gifts_pkey" PRIMARY KEY ("user_id","on")
);

-- CreateIndex
CREATE INDEX "welcomes_open_idx" ON "welcomes"("started_at", "user_id") WHERE (ended_at IS NULL);

COMMENT ON TYPE "welcome_event" IS 'What a new user does to get the credits of a step.';
COMMENT ON TABLE "welcome_steps" IS 'Credits that new users of a source get for a step. Each account gets those of a step once.';
COMMENT ON COLUMN "welcome_steps"."source" IS 'Source that registration names, such as a campaign; * is every source without steps of its own.';
COMMENT ON COLUMN "welcome_steps"."on" IS 'What the user does.';
COMMENT ON COLUMN "welcome_steps"."credits" IS 'Credits of the step.';
COMMENT ON COLUMN "welcome_steps"."expires_days" IS 'Days after which the credits expire.';
COMMENT ON COLUMN "welcome_steps"."updated_at" IS 'When the step was set.';
COMMENT ON TABLE "welcomes" IS 'A new user who can still get the credits of steps.';
COMMENT ON COLUMN "welcomes"."user_id" IS 'The user.';
COMMENT ON COLUMN "welcomes"."source" IS 'Source that the registration named; * if it named none.';
COMMENT ON COLUMN "welcomes"."started_at" IS 'When the user was registered.';
COMMENT ON COLUMN "welcomes"."ended_at" IS 'When nothing more could be got: all steps are done, or 30 days have passed. Null before.';
COMMENT ON TABLE "welcome_gifts" IS 'A step that an account got its credits for.';
COMMENT ON COLUMN "welcome_gifts"."user_id" IS 'The user.';
COMMENT ON COLUMN "welcome_gifts"."on" IS 'What the user did.';
COMMENT ON COLUMN "welcome_gifts"."transaction_id" IS 'Ledger line that gave the credits.';
COMMENT ON COLUMN "welcome_gifts"."given_at" IS 'When the credits were given.';

ALTER TABLE welcome_steps ADD CONSTRAINT welcome_steps_credits CHECK (credits > 0);
ALTER TABLE welcome_steps ADD CONSTRAINT welcome_steps_expiry CHECK (expires_days BETWEEN 1 AND 3650);
