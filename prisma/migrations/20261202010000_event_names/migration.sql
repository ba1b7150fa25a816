-- Names of events get a table of their own, because a partitioned table has no unique key without its partition key.
CREATE TABLE "usage_event_names" (
    "user_id" VARCHAR(255) NOT NULL,
    "digest" UUID NOT NULL,
    "event_id" UUID NOT NULL,

    CONSTRAINT "usage_event_names_pkey" PRIMARY KEY ("user_id","digest")
);

-- The length keeps source and request_id apart.
CREATE FUNCTION tollgate_event_digest(source text, request_id text) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN encode(substring(sha256(convert_to(length(source)::text || ' ' || source || request_id, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid;

-- Names events of earlier releases. Later ones record the name themselves, before this runs.
CREATE FUNCTION tollgate_name_event() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  named uuid := tollgate_event_digest(NEW.source, NEW.request_id);
BEGIN
  INSERT INTO usage_event_names (user_id, digest, event_id) VALUES (NEW.user_id, named, NEW.id)
  ON CONFLICT (user_id, digest) DO NOTHING;
  IF NOT FOUND AND NOT EXISTS (
    SELECT FROM usage_event_names WHERE user_id = NEW.user_id AND digest = named AND event_id = NEW.id
  ) THEN
    RAISE unique_violation USING MESSAGE = 'an event with this name is recorded already';
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER usage_events_name AFTER INSERT ON usage_events
FOR EACH ROW EXECUTE FUNCTION tollgate_name_event();

CREATE OR REPLACE FUNCTION tollgate_erase_account(owner text, pseudonym text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- roll-ups wait, so that sums, events and ledger lines change together
  PERFORM FROM usage_rollups ORDER BY name DESC FOR UPDATE;
  PERFORM FROM hourly_rollups FOR UPDATE;
  UPDATE credit_transactions SET user_id = pseudonym, description = NULL, request_id = NULL,
    tags = NULL, metadata = tollgate_impersonal(metadata), actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE user_id = owner;
  UPDATE audit_logs SET user_id = pseudonym, request_id = NULL, ip = NULL, metadata = '{}',
    resource_id = CASE WHEN resource_id = owner THEN pseudonym ELSE resource_id END,
    actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE user_id = owner;
  UPDATE credit_transactions SET actor = pseudonym WHERE actor = owner;
  UPDATE audit_logs SET actor = pseudonym WHERE actor = owner;
  UPDATE credit_holds SET user_id = pseudonym, metadata = '{}', tags = NULL, work_id = NULL, work_progress = NULL
  WHERE user_id = owner;
  UPDATE credit_holds SET actor = pseudonym WHERE actor = owner;
  UPDATE usage_events SET user_id = pseudonym, metadata = '{}', tags = NULL, session_id = NULL, request_id = id::text,
    content_hash = NULL
  WHERE user_id = owner;
  DELETE FROM usage_event_names WHERE user_id = owner;
  DELETE FROM usage_sessions WHERE user_id = owner;
  DELETE FROM idempotency_keys WHERE user_id = owner;
  DELETE FROM call_answers WHERE user_id = owner;
  DELETE FROM portal_sessions WHERE user_id = owner;
  UPDATE portal_sessions SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM litellm_rejected_logs
  WHERE owner IN (named_user, assigned_to, log->>'end_user', log->'metadata'->>'user_api_key_user_id',
    log->'metadata'->>'user_api_key_end_user_id');
  UPDATE litellm_rejected_logs SET resolved_by = pseudonym WHERE resolved_by = owner;
  UPDATE coupon_redemptions SET user_id = pseudonym, metadata = '{}' WHERE user_id = owner;
  DELETE FROM coupon_attempts WHERE user_id = owner;
  UPDATE coupon_codes SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM openrouter_key_tries WHERE user_id = owner;
  DELETE FROM openrouter_accounts WHERE user_id = owner;
  DELETE FROM payment_customers WHERE user_id = owner;
  DELETE FROM auto_topups WHERE user_id = owner;
  UPDATE payments SET user_id = pseudonym, checkout_url = NULL, detail = NULL WHERE user_id = owner;
  UPDATE payments SET reviewed_by = pseudonym WHERE reviewed_by = owner;
  UPDATE payment_refunds SET user_id = pseudonym WHERE user_id = owner;
  UPDATE payment_disputes SET user_id = pseudonym WHERE user_id = owner;
  UPDATE payment_events SET user_id = pseudonym, detail = NULL,
    facts = CASE WHEN facts->>'user_id' = owner THEN jsonb_set(facts, '{user_id}', to_jsonb(pseudonym)) ELSE facts END
  WHERE user_id = owner;
  UPDATE user_credits SET moved_to = pseudonym WHERE moved_to = owner;
  UPDATE credit_grants SET user_id = pseudonym WHERE user_id = owner;
  UPDATE usage_daily SET user_id = pseudonym WHERE user_id = owner;
  UPDATE usage_hourly SET user_id = pseudonym WHERE user_id = owner;
  UPDATE usage_by_hour SET user_id = pseudonym WHERE user_id = owner;
  UPDATE subscriptions SET user_id = pseudonym WHERE user_id = owner;
  UPDATE account_discounts SET user_id = pseudonym WHERE user_id = owner;
  UPDATE user_credits SET user_id = pseudonym, status = 'closed', status_reason = 'erased',
    status_changed_at = clock_timestamp()
  WHERE user_id = owner;
END;
$$;


COMMENT ON TABLE "usage_event_names" IS 'The unique names of events: source and request_id. An event and its name are recorded together.';
COMMENT ON COLUMN "usage_event_names"."user_id" IS 'User of the event.';
COMMENT ON COLUMN "usage_event_names"."digest" IS 'First 16 bytes of the SHA-256 of source and request_id: `tollgate_event_digest(source, request_id)`.';
COMMENT ON COLUMN "usage_event_names"."event_id" IS 'The event with this name.';
