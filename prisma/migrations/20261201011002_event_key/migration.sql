-- Takes the lock of usage_events for an instant: the index exists.
ALTER TABLE "usage_events"
  DROP CONSTRAINT "usage_events_pkey",
  ADD CONSTRAINT "usage_events_pkey" PRIMARY KEY USING INDEX "usage_events_next_pkey";
