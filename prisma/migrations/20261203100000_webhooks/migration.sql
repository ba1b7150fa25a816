-- CreateEnum
CREATE TYPE "webhook_endpoint_status" AS ENUM ('enabled', 'disabled');

-- CreateEnum
CREATE TYPE "webhook_disabled_reason" AS ENUM ('manual', 'failing');

-- CreateEnum
CREATE TYPE "webhook_delivery_status" AS ENUM ('pending', 'delivered', 'failed');

-- CreateTable
CREATE TABLE "webhook_endpoints" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "url" VARCHAR(2000) NOT NULL,
    "events" VARCHAR(64)[],
    "description" VARCHAR(500),
    "user_ids" VARCHAR(255)[] DEFAULT ARRAY[]::VARCHAR(255)[],
    "header_names" VARCHAR(100)[] DEFAULT ARRAY[]::VARCHAR(100)[],
    "encrypted_headers" TEXT,
    "encrypted_secret" TEXT NOT NULL,
    "encrypted_previous_secret" TEXT,
    "previous_expires_at" TIMESTAMPTZ(3),
    "status" "webhook_endpoint_status" NOT NULL DEFAULT 'enabled',
    "disabled_reason" "webhook_disabled_reason",
    "failing_since" TIMESTAMPTZ(3),
    "failing_reported_at" TIMESTAMPTZ(3),
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_endpoints_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "type" VARCHAR(64) NOT NULL,
    "sequence" INTEGER NOT NULL,
    "status" "webhook_delivery_status" NOT NULL DEFAULT 'pending',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "attempts" JSONB NOT NULL DEFAULT '[]',
    "next_attempt_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateTable
CREATE TABLE "webhook_queues" (
    "endpoint_id" UUID NOT NULL,
    "user_id" VARCHAR(255) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_id" UUID,

    CONSTRAINT "webhook_queues_pkey" PRIMARY KEY ("endpoint_id","user_id")
);

-- CreateIndex
CREATE INDEX "webhook_endpoints_created_at_id_idx" ON "webhook_endpoints"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_deliveries_endpoint_id_id_idx" ON "webhook_deliveries"("endpoint_id", "id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_user_id_id_idx" ON "webhook_deliveries"("user_id", "id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_pending_idx" ON "webhook_deliveries"("endpoint_id", "user_id", "sequence") WHERE (status = 'pending');

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_endpoint_id_event_id_user_id_key" ON "webhook_deliveries"("endpoint_id", "event_id", "user_id");

-- CreateIndex
CREATE INDEX "webhook_queues_endpoint_id_due_at_idx" ON "webhook_queues"("endpoint_id", "due_at");

-- AddForeignKey
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoints"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "webhook_queues" ADD CONSTRAINT "webhook_queues_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoints"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE "webhook_endpoints"
  ADD CONSTRAINT "webhook_endpoints_events_check" CHECK (cardinality(events) BETWEEN 1 AND 50),
  ADD CONSTRAINT "webhook_endpoints_disabled_check" CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
  ADD CONSTRAINT "webhook_endpoints_previous_check"
    CHECK ((encrypted_previous_secret IS NULL) = (previous_expires_at IS NULL)),
  ADD CONSTRAINT "webhook_endpoints_headers_check"
    CHECK ((encrypted_headers IS NULL) = (cardinality(header_names) = 0)),
  ADD CONSTRAINT "webhook_endpoints_reported_check"
    CHECK (failing_reported_at IS NULL OR failing_since IS NOT NULL);

ALTER TABLE "webhook_deliveries"
  ADD CONSTRAINT "webhook_deliveries_delivered_check" CHECK ((status = 'delivered') = (delivered_at IS NOT NULL)),
  ADD CONSTRAINT "webhook_deliveries_next_check" CHECK (next_attempt_at IS NULL OR status = 'pending'),
  ADD CONSTRAINT "webhook_deliveries_tries_check" CHECK (tries >= 0),
  ADD CONSTRAINT "webhook_deliveries_attempts_check" CHECK (jsonb_typeof(attempts) = 'array');

COMMENT ON TYPE "webhook_endpoint_status" IS 'Whether events are sent to an endpoint.';
COMMENT ON TYPE "webhook_disabled_reason" IS 'Why an endpoint is disabled: by an administrator, or because nothing was delivered for five days.';
COMMENT ON TYPE "webhook_delivery_status" IS 'State of a delivery. A failed one is not tried again unless it is sent again on demand.';
COMMENT ON TABLE "webhook_endpoints" IS 'An endpoint of the operator that receives events as webhooks.';
COMMENT ON COLUMN "webhook_endpoints"."id" IS 'UUIDv7 of the endpoint.';
COMMENT ON COLUMN "webhook_endpoints"."url" IS 'URL that events are sent to by POST.';
COMMENT ON COLUMN "webhook_endpoints"."events" IS 'Types of the events to send; * stands for any characters.';
COMMENT ON COLUMN "webhook_endpoints"."description" IS 'Description for people.';
COMMENT ON COLUMN "webhook_endpoints"."user_ids" IS 'Only events of these accounts are sent; an empty list means all accounts.';
COMMENT ON COLUMN "webhook_endpoints"."header_names" IS 'Names of the additional headers that are sent. Their values are never shown.';
COMMENT ON COLUMN "webhook_endpoints"."encrypted_headers" IS 'The additional headers, encrypted; null without any.';
COMMENT ON COLUMN "webhook_endpoints"."encrypted_secret" IS 'The secret that deliveries are signed with, encrypted.';
COMMENT ON COLUMN "webhook_endpoints"."encrypted_previous_secret" IS 'The secret before the last rotation, encrypted.';
COMMENT ON COLUMN "webhook_endpoints"."previous_expires_at" IS 'Until when deliveries are also signed with the secret before the last rotation; null if it was never rotated.';
COMMENT ON COLUMN "webhook_endpoints"."status" IS 'Whether events are sent.';
COMMENT ON COLUMN "webhook_endpoints"."disabled_reason" IS 'Why the endpoint is disabled; null while it is enabled.';
COMMENT ON COLUMN "webhook_endpoints"."failing_since" IS 'Since when every attempt has failed; null if the last one succeeded.';
COMMENT ON COLUMN "webhook_endpoints"."failing_reported_at" IS 'When the operator was told that the endpoint is failing.';
COMMENT ON COLUMN "webhook_endpoints"."created_by" IS 'Actor who created the endpoint.';
COMMENT ON COLUMN "webhook_endpoints"."created_at" IS 'When the endpoint was created.';
COMMENT ON COLUMN "webhook_endpoints"."updated_at" IS 'When the endpoint was last changed.';
COMMENT ON TABLE "webhook_deliveries" IS 'An event to send to an endpoint, and the attempts so far.';
COMMENT ON COLUMN "webhook_deliveries"."id" IS 'UUIDv7 of the delivery.';
COMMENT ON COLUMN "webhook_deliveries"."user_id" IS 'User id of the account that the event is about.';
COMMENT ON COLUMN "webhook_deliveries"."endpoint_id" IS 'Endpoint that the event is sent to.';
COMMENT ON COLUMN "webhook_deliveries"."event_id" IS 'Id of the event, also sent as webhook-id.';
COMMENT ON COLUMN "webhook_deliveries"."type" IS 'Type of the event.';
COMMENT ON COLUMN "webhook_deliveries"."sequence" IS 'Number of the event among those of the account. The events of an account are sent in this order.';
COMMENT ON COLUMN "webhook_deliveries"."status" IS 'State of the delivery.';
COMMENT ON COLUMN "webhook_deliveries"."tries" IS 'Attempts since the delivery was queued or sent again.';
COMMENT ON COLUMN "webhook_deliveries"."attempts" IS 'The attempts, oldest first; the last 20.';
COMMENT ON COLUMN "webhook_deliveries"."next_attempt_at" IS 'When the next attempt is due; null if none is planned, or if the delivery waits for an earlier event of the account.';
COMMENT ON COLUMN "webhook_deliveries"."delivered_at" IS 'When the event was delivered; null if it was not.';
COMMENT ON COLUMN "webhook_deliveries"."created_at" IS 'When the delivery was queued.';
COMMENT ON TABLE "webhook_queues" IS 'The pending deliveries of an account to an endpoint. One worker at a time sends them, in the order of the events.';
COMMENT ON COLUMN "webhook_queues"."endpoint_id" IS 'Endpoint that the events are sent to.';
COMMENT ON COLUMN "webhook_queues"."user_id" IS 'User id of the account that the events are about.';
COMMENT ON COLUMN "webhook_queues"."due_at" IS 'When a worker takes the queue next: for the next attempt, or because the lease of another one has ended.';
COMMENT ON COLUMN "webhook_queues"."lease_id" IS 'Lease of the worker that has taken the queue; null if none has.';
