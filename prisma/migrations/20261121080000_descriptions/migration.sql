-- Units of amounts.
COMMENT ON COLUMN "user_credits"."debt" IS 'Credits that finished work cost beyond the balance; the next grant pays them first.';
COMMENT ON COLUMN "credit_transactions"."balance_after" IS 'Balance minus debt after this line, credits.';
COMMENT ON COLUMN "payments"."discount" IS 'Discount that was taken off, in `currency`.';
COMMENT ON COLUMN "payments"."refunded" IS 'Money that was paid back, in `currency`.';
COMMENT ON COLUMN "payments"."disputed" IS 'Money that is disputed, in `currency`.';
COMMENT ON COLUMN "coupon_redemptions"."credits_added" IS 'Credits that reached the balance: debt was paid first.';
COMMENT ON COLUMN "coupon_redemptions"."new_balance" IS 'Balance right after, credits.';
COMMENT ON COLUMN "openrouter_accounts"."free_credits_remaining" IS 'What is left of the credits that OpenRouter lets the key spend, USD; null is no limit.';
