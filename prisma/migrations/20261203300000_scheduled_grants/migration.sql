-- CreateEnum
CREATE TYPE "grant_interval" AS ENUM ('day', 'week', 'month');

-- CreateEnum
CREATE TYPE "credit_import_mode" AS ENUM ('all_or_nothing', 'best_effort');

-- CreateEnum
CREATE TYPE "credit_import_state" AS ENUM ('checked', 'booking', 'complete', 'failed');

-- CreateEnum
CREATE TYPE "credit_import_line_state" AS ENUM ('ready', 'invalid', 'booked', 'refused');

-- CreateTable
CREATE TABLE "scheduled_grants" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "name" VARCHAR(100) NOT NULL,
    "user_id" VARCHAR(255),
    "tier" VARCHAR(64),
    "amount" DECIMAL(20,10) NOT NULL,
    "source" "grant_source" NOT NULL DEFAULT 'bonus',
    "reason" VARCHAR(500),
    "every" "grant_interval" NOT NULL,
    "starts_on" VARCHAR(10) NOT NULL,
    "ends_on" VARCHAR(10),
    "time_of_day" VARCHAR(5) NOT NULL DEFAULT '00:00',
    "timezone" VARCHAR(64) NOT NULL DEFAULT 'UTC',
    "expires_after_days" INTEGER,
    "paused_at" TIMESTAMPTZ(3),
    "active_since" TIMESTAMPTZ(3) NOT NULL,
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "scheduled_grants_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "scheduled_grants_receiver_check" CHECK (num_nonnulls("user_id", "tier") = 1),
    CONSTRAINT "scheduled_grants_amount_check" CHECK ("amount" > 0),
    CONSTRAINT "scheduled_grants_days_check" CHECK ("starts_on" <= "ends_on" AND "expires_after_days" > 0)
);

-- CreateTable
CREATE TABLE "scheduled_grant_runs" (
    "schedule_id" UUID NOT NULL,
    "occurrence" VARCHAR(10) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "amount" DECIMAL(20,10) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "accounts" INTEGER NOT NULL DEFAULT 0,
    "granted" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "error" VARCHAR(500),
    "cursor" VARCHAR(255),
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "scheduled_grant_runs_pkey" PRIMARY KEY ("schedule_id","occurrence"),
    CONSTRAINT "scheduled_grant_runs_check" CHECK ("amount" > 0 AND "accounts" >= 0 AND "granted" >= 0 AND "skipped" >= 0)
);

-- CreateTable
CREATE TABLE "credit_imports" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "name" VARCHAR(255) NOT NULL,
    "digest" CHAR(64) NOT NULL,
    "state" "credit_import_state" NOT NULL DEFAULT 'checked',
    "mode" "credit_import_mode",
    "error" VARCHAR(500),
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "credit_imports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credit_import_lines" (
    "import_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "user_id" VARCHAR(255),
    "amount" DECIMAL(20,10),
    "reason" VARCHAR(500),
    "source" "grant_source",
    "expires_at" TIMESTAMPTZ(3),
    "state" "credit_import_line_state" NOT NULL,
    "error" VARCHAR(500),
    "warning" VARCHAR(500),
    "transaction_id" UUID,

    CONSTRAINT "credit_import_lines_pkey" PRIMARY KEY ("import_id","line"),
    CONSTRAINT "credit_import_lines_amount_check" CHECK ("amount" > 0),
    CONSTRAINT "credit_import_lines_ready_check" CHECK (
      "state" = 'invalid' OR num_nonnulls("user_id", "amount", "source") = 3),
    CONSTRAINT "credit_import_lines_booked_check" CHECK (("state" = 'booked') = ("transaction_id" IS NOT NULL))
);

-- CreateIndex
CREATE INDEX "scheduled_grants_created_at_id_idx" ON "scheduled_grants"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "credit_imports_digest_key" ON "credit_imports"("digest");

-- CreateIndex
CREATE INDEX "credit_imports_created_at_id_idx" ON "credit_imports"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "credit_import_lines_import_id_state_line_idx" ON "credit_import_lines"("import_id", "state", "line");

-- CreateIndex
CREATE INDEX "credit_import_lines_user_id_idx" ON "credit_import_lines"("user_id");

-- AddForeignKey
ALTER TABLE "scheduled_grants" ADD CONSTRAINT "scheduled_grants_tier_fkey" FOREIGN KEY ("tier") REFERENCES "tiers"("tier") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "scheduled_grant_runs" ADD CONSTRAINT "scheduled_grant_runs_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "scheduled_grants"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "credit_import_lines" ADD CONSTRAINT "credit_import_lines_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "credit_imports"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

COMMENT ON TYPE "grant_interval" IS 'Rhythm of a scheduled grant.';
COMMENT ON TYPE "credit_import_mode" IS 'Whether an import of credits books all lines or none, or every line that can be booked.';
COMMENT ON TYPE "credit_import_state" IS 'State of an import of credits. A checked one books nothing until it is confirmed.';
COMMENT ON TYPE "credit_import_line_state" IS 'State of a line of an import of credits.';
COMMENT ON TABLE "scheduled_grants" IS 'Credits that an account, or every account of a plan, gets regularly. Rule and receiver never change.';
COMMENT ON COLUMN "scheduled_grants"."id" IS 'UUIDv7 of the scheduled grant.';
COMMENT ON COLUMN "scheduled_grants"."name" IS 'Name for operators.';
COMMENT ON COLUMN "scheduled_grants"."user_id" IS 'Account that gets the credits: a person''s or an organization''s; null if a plan does.';
COMMENT ON COLUMN "scheduled_grants"."tier" IS 'Plan whose accounts get the credits; null if one account does.';
COMMENT ON COLUMN "scheduled_grants"."amount" IS 'Credits per occurrence and account.';
COMMENT ON COLUMN "scheduled_grants"."source" IS 'Source of the credits. It decides their priority, as for other grants.';
COMMENT ON COLUMN "scheduled_grants"."reason" IS 'Reason, which the account''s ledger shows.';
COMMENT ON COLUMN "scheduled_grants"."every" IS 'How often the credits are given.';
COMMENT ON COLUMN "scheduled_grants"."starts_on" IS 'Day of the first occurrence; it sets the weekday or the day of the month. A month without that day uses its last one.';
COMMENT ON COLUMN "scheduled_grants"."ends_on" IS 'Last day on which credits are given; null for no end.';
COMMENT ON COLUMN "scheduled_grants"."time_of_day" IS 'Time of day, in the time zone.';
COMMENT ON COLUMN "scheduled_grants"."timezone" IS 'IANA name of the time zone.';
COMMENT ON COLUMN "scheduled_grants"."expires_after_days" IS 'Days of 24 hours after which the credits expire, from the time of the occurrence on; null if they do not. Plan credits then expire with the period.';
COMMENT ON COLUMN "scheduled_grants"."paused_at" IS 'When it was paused; null while it runs.';
COMMENT ON COLUMN "scheduled_grants"."active_since" IS 'Occurrences before this time are not booked: when it was created or last resumed.';
COMMENT ON COLUMN "scheduled_grants"."created_by" IS 'Actor who created it.';
COMMENT ON COLUMN "scheduled_grants"."created_at" IS 'When it was created.';
COMMENT ON TABLE "scheduled_grant_runs" IS 'One occurrence of a scheduled grant. An account''s grant and the new cursor are one transaction, so each account gets it once.';
COMMENT ON COLUMN "scheduled_grant_runs"."schedule_id" IS 'Scheduled grant.';
COMMENT ON COLUMN "scheduled_grant_runs"."occurrence" IS 'Day of the occurrence in the time zone of the schedule.';
COMMENT ON COLUMN "scheduled_grant_runs"."due_at" IS 'When the occurrence was due.';
COMMENT ON COLUMN "scheduled_grant_runs"."amount" IS 'Credits per account.';
COMMENT ON COLUMN "scheduled_grant_runs"."expires_at" IS 'When the credits expire; null if they do not.';
COMMENT ON COLUMN "scheduled_grant_runs"."accounts" IS 'Number of accounts that were to get the credits when the run began.';
COMMENT ON COLUMN "scheduled_grant_runs"."granted" IS 'Number of accounts that got the credits.';
COMMENT ON COLUMN "scheduled_grant_runs"."skipped" IS 'Number of accounts that could not get them, such as closed ones.';
COMMENT ON COLUMN "scheduled_grant_runs"."error" IS 'Why the latest account was skipped; null if none was.';
COMMENT ON COLUMN "scheduled_grant_runs"."cursor" IS 'User id of the latest account that was dealt with; null before the first and after the last one.';
COMMENT ON COLUMN "scheduled_grant_runs"."started_at" IS 'When the run began.';
COMMENT ON COLUMN "scheduled_grant_runs"."completed_at" IS 'When all accounts were dealt with; null while some are left.';
COMMENT ON TABLE "credit_imports" IS 'A file of credits for many accounts. A file is known by its digest, so that it is booked once.';
COMMENT ON COLUMN "credit_imports"."id" IS 'UUIDv7 of the import.';
COMMENT ON COLUMN "credit_imports"."name" IS 'Name of the file.';
COMMENT ON COLUMN "credit_imports"."digest" IS 'SHA-256 of the file, hex.';
COMMENT ON COLUMN "credit_imports"."state" IS 'State of the import.';
COMMENT ON COLUMN "credit_imports"."mode" IS 'Whether all lines are booked or none, or every line that can be; null until the import is confirmed.';
COMMENT ON COLUMN "credit_imports"."error" IS 'Why nothing was booked; null unless the import failed.';
COMMENT ON COLUMN "credit_imports"."created_by" IS 'Actor who uploaded the file.';
COMMENT ON COLUMN "credit_imports"."created_at" IS 'When the file was uploaded.';
COMMENT ON COLUMN "credit_imports"."confirmed_at" IS 'When the import was confirmed.';
COMMENT ON COLUMN "credit_imports"."completed_at" IS 'When all lines were dealt with.';
COMMENT ON TABLE "credit_import_lines" IS 'A line of an import. Its state changes in the transaction that books its credits, so each line is booked once.';
COMMENT ON COLUMN "credit_import_lines"."import_id" IS 'Import of the line.';
COMMENT ON COLUMN "credit_import_lines"."line" IS 'Number of the line in the file, from 1.';
COMMENT ON COLUMN "credit_import_lines"."user_id" IS 'Account that gets the credits; null if the line names none.';
COMMENT ON COLUMN "credit_import_lines"."amount" IS 'Credits; null if the line has no valid amount.';
COMMENT ON COLUMN "credit_import_lines"."reason" IS 'Reason, which the account''s ledger shows.';
COMMENT ON COLUMN "credit_import_lines"."source" IS 'Source of the credits; null if the line is invalid.';
COMMENT ON COLUMN "credit_import_lines"."expires_at" IS 'When the credits expire; null if they do not.';
COMMENT ON COLUMN "credit_import_lines"."state" IS 'State of the line.';
COMMENT ON COLUMN "credit_import_lines"."error" IS 'Why the line cannot be booked, or was not; null if it can be, or was.';
COMMENT ON COLUMN "credit_import_lines"."warning" IS 'Something to look at before the import is confirmed; null if there is nothing.';
COMMENT ON COLUMN "credit_import_lines"."transaction_id" IS 'Ledger line that booked the credits.';
