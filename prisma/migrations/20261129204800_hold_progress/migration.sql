-- What a stream told before it was cut, for the case that the provider has less on record, or nothing.
ALTER TABLE "credit_holds" ADD COLUMN "work_progress" JSONB;

COMMENT ON COLUMN "credit_holds"."work_progress" IS 'What was known of the work when the process that did it left it to others: usage and model.';
