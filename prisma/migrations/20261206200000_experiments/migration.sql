-- CreateEnum
CREATE TYPE "experiment_metric" AS ENUM ('activated', 'converted', 'revenue');

-- CreateEnum
CREATE TYPE "opening_layer" AS ENUM ('registration', 'identity_provider', 'import');

-- CreateEnum
CREATE TYPE "opening_result" AS ENUM ('opened', 'existed', 'pending');

-- CreateTable
CREATE TABLE "experiments" (
    "key" VARCHAR(64) NOT NULL,
    "metric" "experiment_metric" NOT NULL,
    "arms" JSONB NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "window_days" INTEGER NOT NULL DEFAULT 14,
    "arm_size" INTEGER NOT NULL,
    "baseline" DECIMAL(20,10),
    "smallest_difference" DECIMAL(20,10),
    "stopped_at" TIMESTAMPTZ(3),
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "experiments_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "experiment_assignments" (
    "user_id" VARCHAR(255) NOT NULL,
    "experiment" VARCHAR(64) NOT NULL,
    "arm" VARCHAR(64) NOT NULL,
    "assigned_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "experiment_assignments_pkey" PRIMARY KEY ("user_id","experiment")
);

-- CreateTable
CREATE TABLE "openings" (
    "user_id" VARCHAR(255) NOT NULL,
    "layer" "opening_layer" NOT NULL,
    "source" VARCHAR(64) NOT NULL,
    "result" "opening_result" NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "openings_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "experiment_assignments_arm_idx" ON "experiment_assignments"("experiment", "arm", "assigned_at", "user_id");

COMMENT ON TYPE "experiment_metric" IS 'What an experiment compares between its arms, per account, within the observation window.';
COMMENT ON TYPE "opening_layer" IS 'What can tell Tollgate of a new user before the first use.';
COMMENT ON TYPE "opening_result" IS 'What a registration did: it opened the account, found it open, or could not open it, so that the first use does.';
COMMENT ON TABLE "experiments" IS 'A comparison of what new users get. Its terms never change once it has begun; it can only be stopped.';
COMMENT ON COLUMN "experiments"."key" IS 'Key of the experiment. It decides who gets which arm.';
COMMENT ON COLUMN "experiments"."metric" IS 'What is compared: `activated` (a successful call), `converted` (a payment), or `revenue` (USD paid, less what was refunded or disputed).';
COMMENT ON COLUMN "experiments"."arms" IS 'The arms; the others are compared with the first.';
COMMENT ON COLUMN "experiments"."from" IS 'From when on new accounts take part.';
COMMENT ON COLUMN "experiments"."to" IS 'Until when new accounts take part.';
COMMENT ON COLUMN "experiments"."window_days" IS 'Days after the opening of an account in which its calls and payments count.';
COMMENT ON COLUMN "experiments"."arm_size" IS 'Accounts of each arm that are compared: the first ones, once their windows are over.';
COMMENT ON COLUMN "experiments"."baseline" IS 'Expected share of the first arm, percent; null if `arm_size` was given.';
COMMENT ON COLUMN "experiments"."smallest_difference" IS 'Smallest difference to be found, percentage points; null if `arm_size` was given.';
COMMENT ON COLUMN "experiments"."stopped_at" IS 'When an admin stopped the experiment; null if nobody did.';
COMMENT ON COLUMN "experiments"."created_by" IS 'Who created the experiment.';
COMMENT ON COLUMN "experiments"."created_at" IS 'When the experiment was created.';
COMMENT ON TABLE "experiment_assignments" IS 'The arm of an account, fixed when the account is opened.';
COMMENT ON COLUMN "experiment_assignments"."user_id" IS 'The user.';
COMMENT ON COLUMN "experiment_assignments"."experiment" IS 'Key of the experiment.';
COMMENT ON COLUMN "experiment_assignments"."arm" IS 'Name of the arm.';
COMMENT ON COLUMN "experiment_assignments"."assigned_at" IS 'When the account was opened.';
COMMENT ON TABLE "openings" IS 'How the service learned of a new user. Accounts without a row were opened by their first use.';
COMMENT ON COLUMN "openings"."user_id" IS 'The user.';
COMMENT ON COLUMN "openings"."layer" IS 'Who told.';
COMMENT ON COLUMN "openings"."source" IS 'Source that the registration named; * if it named none.';
COMMENT ON COLUMN "openings"."result" IS 'What came of it.';
COMMENT ON COLUMN "openings"."recorded_at" IS 'When it was told.';

ALTER TABLE experiments ADD CONSTRAINT experiments_arms CHECK (jsonb_array_length(arms) BETWEEN 2 AND 10);
ALTER TABLE experiments ADD CONSTRAINT experiments_arm_size CHECK (arm_size BETWEEN 30 AND 1000000);
ALTER TABLE experiments ADD CONSTRAINT experiments_window CHECK (window_days BETWEEN 1 AND 90);
ALTER TABLE experiments ADD CONSTRAINT experiments_plan CHECK ((baseline IS NULL) = (smallest_difference IS NULL));
ALTER TABLE experiments ADD CONSTRAINT experiments_span CHECK ("from" < "to");
-- A new account takes part in at most one experiment. One that was stopped before it began takes no time.
ALTER TABLE experiments ADD CONSTRAINT experiments_one_at_a_time
  EXCLUDE USING gist (tstzrange("from", GREATEST("from", LEAST("to", stopped_at))) WITH &&);
