-- Outside a transaction.
-- What all accounts owe is asked at each scrape of the metrics. Charges that leave the debt alone do not touch the index.
DROP INDEX CONCURRENTLY IF EXISTS user_credits_debt_idx;
CREATE INDEX CONCURRENTLY user_credits_debt_idx ON user_credits (debt) WHERE debt > 0;
