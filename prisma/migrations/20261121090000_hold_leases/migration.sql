-- Work that our own processes do is noted on its hold: one write begins it, and one ends it.
ALTER TABLE "credit_holds" ADD COLUMN "work_id" VARCHAR(255), ADD COLUMN "lease_until" TIMESTAMPTZ(3);

CREATE INDEX "credit_holds_leased_idx" ON "credit_holds" ("lease_until") WHERE (lease_until IS NOT NULL);

-- calls that are open while the service is brought up to date are ended by it
UPDATE "credit_holds" AS hold
SET work_id = call.generation_id, lease_until = call.lease_until,
  metadata = CASE WHEN call.is_own_key THEN hold.metadata || '{"key": "own"}' ELSE hold.metadata END
FROM "gateway_calls" AS call
WHERE hold.id = call.hold_id AND hold.user_id = call.user_id;

DROP TABLE "gateway_calls";

COMMENT ON COLUMN "credit_holds"."work_id" IS 'Id of the work where it is done; null until it is known, and for work that is done by others.';
COMMENT ON COLUMN "credit_holds"."lease_until" IS 'Until then the process that does the work keeps the hold; afterwards any instance may end it. Null when the work is over or done by others.';
