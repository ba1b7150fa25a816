-- CreateTable
CREATE TABLE "account_erasures" (
    "user_id" VARCHAR(255) NOT NULL,
    "fingerprint" CHAR(64),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_erasures_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "account_erasures_fingerprint_idx" ON "account_erasures"("fingerprint");

COMMENT ON TABLE "account_erasures" IS 'An account whose owner was erased. Its ledger goes on under a pseudonym; nothing here leads back to the owner''s id.';
COMMENT ON COLUMN "account_erasures"."user_id" IS 'Pseudonym of the account.';
COMMENT ON COLUMN "account_erasures"."fingerprint" IS 'Keyed digest of the id that it had, so that a user who comes back gets no second trial; null without a key.';
COMMENT ON COLUMN "account_erasures"."created_at" IS 'When it was erased.';

-- The ledger and the audit log stay append-only, with one exception: a person's name may be replaced by a pseudonym. The
-- account must be about to be erased, the pseudonym must be one, and nothing may change that is not about the person:
-- whoever runs the statement, amounts and order stay what they are.
CREATE FUNCTION tollgate_refuse_change_but_erasure() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  personal CONSTANT text[] := '{user_id,actor,request_id,description,metadata,resource_id,ip}';
  renamed boolean := NEW.user_id <> OLD.user_id;
BEGIN
  IF TG_OP = 'UPDATE'
    AND to_jsonb(NEW) - (CASE WHEN renamed THEN personal ELSE '{actor}' END) = to_jsonb(OLD) - (CASE WHEN renamed THEN personal ELSE '{actor}' END)
    AND EXISTS (SELECT FROM account_erasures WHERE user_id = CASE WHEN renamed THEN NEW.user_id ELSE NEW.actor END)
    AND EXISTS (SELECT FROM user_credits
      WHERE user_id = CASE WHEN renamed THEN OLD.user_id ELSE OLD.actor END AND status = 'erasing')
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused, a correction is a new line', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'object_not_in_prerequisite_state';
END;
$$;
DROP TRIGGER "credit_transactions_append_only" ON "credit_transactions";
CREATE TRIGGER "credit_transactions_append_only" BEFORE UPDATE OR DELETE ON "credit_transactions"
  FOR EACH ROW EXECUTE FUNCTION tollgate_refuse_change_but_erasure();
DROP TRIGGER "audit_logs_append_only" ON "audit_logs";
CREATE TRIGGER "audit_logs_append_only" BEFORE UPDATE OR DELETE ON "audit_logs"
  FOR EACH ROW EXECUTE FUNCTION tollgate_refuse_change_but_erasure();

-- What a line of the ledger keeps of its particulars when its owner is erased: what the books need.
CREATE FUNCTION tollgate_impersonal(metadata jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT COALESCE(jsonb_object_agg(key, value), '{}') FROM jsonb_each_text(metadata)
  WHERE key = 'reason' AND value IN ('initial_allocation', 'monthly_reset', 'plan_paid', 'grant_expired', 'tier_switch',
      'account_moved', 'account_erased', 'second_trial', 'payment_returned', 'dispute_won')
    OR key = 'coupon_type' AND value IN ('credit_bonus', 'free_month', 'percentage_discount', 'fixed_discount')
    OR key IN ('grant_id', 'payment_id') AND value ~ '^[0-9a-f-]{36}$'
$$;

-- Replaces the id of a user by a pseudonym wherever it stands, and takes away what is about the person. The caller has
-- locked the account, which must be about to be erased, and made the pseudonym.
CREATE FUNCTION tollgate_erase_account(owner text, pseudonym text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM usage_rollups FOR UPDATE; -- roll-ups wait, so that days and events change together
  UPDATE credit_transactions SET user_id = pseudonym, description = NULL, request_id = NULL,
    metadata = tollgate_impersonal(metadata), actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE user_id = owner;
  UPDATE audit_logs SET user_id = pseudonym, request_id = NULL, ip = NULL, metadata = '{}',
    resource_id = CASE WHEN resource_id = owner THEN pseudonym ELSE resource_id END,
    actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE user_id = owner;
  UPDATE credit_transactions SET actor = pseudonym WHERE actor = owner;
  UPDATE audit_logs SET actor = pseudonym WHERE actor = owner;
  UPDATE credit_holds SET user_id = pseudonym, metadata = '{}', work_id = NULL, work_progress = NULL
  WHERE user_id = owner;
  UPDATE credit_holds SET actor = pseudonym WHERE actor = owner;
  UPDATE usage_events SET user_id = pseudonym, metadata = '{}', session_id = NULL, request_id = id::text,
    content_hash = NULL
  WHERE user_id = owner;
  DELETE FROM usage_sessions WHERE user_id = owner;
  DELETE FROM idempotency_keys WHERE user_id = owner;
  DELETE FROM call_answers WHERE user_id = owner;
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
  UPDATE subscriptions SET user_id = pseudonym WHERE user_id = owner;
  UPDATE account_discounts SET user_id = pseudonym WHERE user_id = owner;
  UPDATE user_credits SET user_id = pseudonym, status = 'closed', status_reason = 'erased',
    status_changed_at = clock_timestamp()
  WHERE user_id = owner;
END;
$$;
