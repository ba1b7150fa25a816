COMMENT ON COLUMN "payment_events"."state" IS 'State of the event.';
