-- The counters of budgets change with each charge: room on the page keeps these updates out of the index.
ALTER TABLE "budgets" SET (fillfactor = 50);

COMMENT ON COLUMN "user_credits"."due_at" IS 'Earliest instant at which a renewal, the expiry of a grant or a hold, or a new window of an exceeded budget must be booked before any charge.';
