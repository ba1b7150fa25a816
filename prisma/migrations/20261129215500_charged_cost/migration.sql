-- How fast credits are spent is told by charged work alone: the roll-up adds it up beside all work.
ALTER TABLE "usage_daily" ADD COLUMN "charged_cost" DECIMAL(30,10) NOT NULL DEFAULT 0;

COMMENT ON COLUMN "usage_daily"."charged_cost" IS 'Total cost of what was charged, credits; the rest was only recorded.';

-- Nobody rolls up while this is worked out, so that no event counts twice.
LOCK TABLE "usage_rollups" IN EXCLUSIVE MODE;

UPDATE "usage_daily" d SET "charged_cost" = charged."cost"
FROM (
  SELECT "user_id", ("occurred_at" AT TIME ZONE 'UTC')::date AS "day", "service", COALESCE("model", '') AS "model",
    sum("total_cost") AS "cost"
  FROM "usage_events"
  WHERE "transaction_id" IS NOT NULL
    AND "recorded_xid" < (SELECT "watermark" FROM "usage_rollups" WHERE "name" = 'usage_daily')
  GROUP BY 1, 2, 3, 4
) AS charged
WHERE d."user_id" = charged."user_id" AND d."day" = charged."day" AND d."service" = charged."service"
  AND d."model" = charged."model";
