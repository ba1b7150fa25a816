-- AlterTable
ALTER TABLE "events" ADD COLUMN     "position" BIGINT;

-- CreateTable
CREATE TABLE "event_counters" (
    "user_id" VARCHAR(255) NOT NULL,
    "last_sequence" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "event_counters_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "event_positions" (
    "name" VARCHAR(64) NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "event_positions_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "events_position_idx" ON "events"("position");

-- CreateIndex
CREATE INDEX "events_new_idx" ON "events"("id") WHERE (position IS NULL);

COMMENT ON TABLE "events" IS 'Something that happened to an account and that somebody may want to know. Kept for 30 days.';
COMMENT ON COLUMN "events"."id" IS 'UUIDv7 of the event. The ids of an account increase with its sequence.';
COMMENT ON COLUMN "events"."position" IS 'Place in the order in which this database reads events to consumers; null until it is assigned.';
COMMENT ON TABLE "event_counters" IS 'Numbers the events of an account.';
COMMENT ON COLUMN "event_counters"."user_id" IS 'User id of the account.';
COMMENT ON COLUMN "event_counters"."last_sequence" IS 'Number of the latest event.';
COMMENT ON COLUMN "event_counters"."last_at" IS 'Time in the id of the latest event; it increases strictly.';
COMMENT ON TABLE "event_positions" IS 'How far the events of this database are: the positions assigned so far (`log`), and those that each consumer has handled.';
COMMENT ON COLUMN "event_positions"."name" IS 'Name of the consumer, or `log`.';
COMMENT ON COLUMN "event_positions"."position" IS 'Position of the latest event.';

-- Events written before consumers existed are numbered, too.
INSERT INTO "event_counters" SELECT "user_id", max("sequence"), clock_timestamp() FROM "events" GROUP BY "user_id";
INSERT INTO "event_positions" ("name") VALUES ('log'), ('webhooks'), ('notifications');
