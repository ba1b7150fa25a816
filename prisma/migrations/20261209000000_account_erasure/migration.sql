-- Erases a person from every table that may contain something about that person.
CREATE OR REPLACE FUNCTION tollgate_erase_account(owner text, pseudonym text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- roll-ups wait, so that sums, events and ledger lines change together
  PERFORM FROM usage_rollups ORDER BY name DESC FOR UPDATE;
  PERFORM FROM hourly_rollups FOR UPDATE;
  -- organizations whose member the person was: their history stays whole and names the pseudonym
  UPDATE credit_transactions SET member_id = pseudonym, actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE member_id = owner AND user_id <> owner;
  UPDATE audit_logs SET resource_id = pseudonym, actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE resource_id = owner AND user_id <> owner;
  UPDATE credit_holds SET member_id = pseudonym WHERE member_id = owner;
  UPDATE events SET data = jsonb_set(data, '{object,member_id}', to_jsonb(pseudonym))
  WHERE data #>> '{object,member_id}' = owner;
  UPDATE usage_events SET member_id = pseudonym WHERE member_id = owner;
  UPDATE usage_by_attribution SET value = pseudonym WHERE dimension = 'member' AND value = owner;
  UPDATE api_keys SET member_id = pseudonym, name = 'erased', revoked_at = COALESCE(revoked_at, clock_timestamp())
  WHERE member_id = owner;
  DELETE FROM organization_invitations WHERE user_id = owner OR accepted_by = owner OR email = lower(owner);
  UPDATE organization_invitations SET created_by = pseudonym WHERE created_by = owner;
  UPDATE organization_members SET member_id = pseudonym, status = 'removed', allowed_models = '{}', cost_center = NULL,
    removed_at = COALESCE(removed_at, clock_timestamp())
  WHERE member_id = owner;
  UPDATE organization_members SET created_by = pseudonym WHERE created_by = owner;
  UPDATE organization_members SET user_id = pseudonym, status = 'removed',
    removed_at = COALESCE(removed_at, clock_timestamp())
  WHERE user_id = owner;
  UPDATE organizations SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM organizations WHERE user_id = owner;
  DELETE FROM cost_centers WHERE user_id = owner;
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
  DELETE FROM scheduled_grants WHERE user_id = owner;
  UPDATE scheduled_grants SET created_by = pseudonym WHERE created_by = owner;
  UPDATE credit_import_lines SET user_id = pseudonym, reason = NULL, error = NULL, warning = NULL WHERE user_id = owner;
  UPDATE credit_imports SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM budgets WHERE user_id = owner;
  DELETE FROM dismissed_recommendations WHERE user_id = owner;
  -- keyed digests and what they led to stay until the digests are old: an erased user who returns gets no second gift
  UPDATE abuse_signals SET user_id = pseudonym WHERE user_id = owner;
  UPDATE welcome_gifts SET user_id = pseudonym WHERE user_id = owner;
  DELETE FROM welcomes WHERE user_id = owner;
  DELETE FROM referral_codes WHERE user_id = owner;
  UPDATE referrals SET user_id = pseudonym WHERE user_id = owner;
  UPDATE referrals SET referrer_id = pseudonym WHERE referrer_id = owner;
  UPDATE experiments SET created_by = pseudonym WHERE created_by = owner;
  UPDATE experiment_assignments SET user_id = pseudonym WHERE user_id = owner; -- results of experiments stay
  UPDATE openings SET user_id = pseudonym WHERE user_id = owner;
  DELETE FROM gift_checks WHERE user_id = owner;
  UPDATE gift_checks SET decided_by = pseudonym WHERE decided_by = owner;
  UPDATE budgets SET member_id = pseudonym WHERE member_id = owner;
  UPDATE budgets SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM events WHERE user_id = owner;
  DELETE FROM event_counters WHERE user_id = owner;
  DELETE FROM webhook_deliveries WHERE user_id = owner;
  DELETE FROM webhook_queues WHERE user_id = owner;
  UPDATE webhook_endpoints SET user_ids = array_replace(user_ids, owner, pseudonym) WHERE owner = ANY (user_ids);
  UPDATE webhook_endpoints SET created_by = pseudonym WHERE created_by = owner;
  UPDATE portal_sessions SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM api_key_models WHERE user_id = owner;
  UPDATE api_keys SET user_id = pseudonym, name = 'erased', start = '', key_hash = repeat('0', 64), previous_hash = NULL,
    previous_hash_alg = NULL, member_id = NULL, tags = '{}', metadata = '{}', paused_reason = NULL, last_used_ip = NULL,
    revoked_at = COALESCE(revoked_at, clock_timestamp())
  WHERE user_id = owner;
  UPDATE api_keys SET created_by = pseudonym WHERE created_by = owner;
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
  DELETE FROM usage_by_attribution WHERE user_id = owner AND dimension = 'tag'; -- events and lines lose their tags, too
  UPDATE usage_by_attribution SET user_id = pseudonym WHERE user_id = owner;
  UPDATE usage_by_hour SET user_id = pseudonym WHERE user_id = owner;
  UPDATE subscriptions SET user_id = pseudonym WHERE user_id = owner;
  UPDATE account_discounts SET user_id = pseudonym WHERE user_id = owner;
  UPDATE user_credits SET user_id = pseudonym, status = 'closed', status_reason = 'erased', has_budgets = false,
    status_changed_at = clock_timestamp()
  WHERE user_id = owner;
END;
$$;
