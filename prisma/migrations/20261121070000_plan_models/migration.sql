-- AlterTable
ALTER TABLE "tiers" ADD COLUMN     "allowed_models" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "free_calls_per_day" INTEGER;

-- AlterTable
ALTER TABLE "user_credits" ADD COLUMN     "free_calls_per_day" INTEGER,
ADD COLUMN     "free_calls_today" INTEGER NOT NULL DEFAULT 0;

-- What SQL can hold, SQL holds.
ALTER TABLE "tiers"
  ADD CONSTRAINT "tiers_free_calls_check" CHECK (free_calls_per_day >= 0),
  ADD CONSTRAINT "tiers_allowed_models_check" CHECK (array_position(allowed_models, NULL) IS NULL AND array_position(allowed_models, '') IS NULL);

ALTER TABLE "user_credits"
  ADD CONSTRAINT "user_credits_free_calls_check" CHECK (free_calls_today >= 0 AND free_calls_per_day >= 0);

-- "Basic AI models" of the trial; free models have a quota of their own.
UPDATE "tiers" SET allowed_models = '{class:free,class:budget,class:standard}' WHERE tier = 'trial';
UPDATE "tiers" SET free_calls_per_day = quota.calls
FROM (VALUES ('free', 20), ('trial', 50), ('starter', 200), ('professional', 1000)) AS quota (tier, calls)
WHERE tiers.tier = quota.tier;

-- Accounts of today get the quota of their plan.
UPDATE "user_credits" u SET free_calls_per_day = t.free_calls_per_day FROM "tiers" t WHERE t.tier = u.tier;

COMMENT ON COLUMN "tiers"."free_calls_per_day" IS 'Most calls of free models a day; null is unlimited. They do not count as metered calls.';
COMMENT ON COLUMN "tiers"."allowed_models" IS 'Models that calls may name: ids, beginnings of ids that end in *, and class:free, class:budget, class:standard or class:premium; empty is every model.';
COMMENT ON COLUMN "user_credits"."free_tier_used" IS 'What the charged free work of this period would have cost at list price; work that was only recorded is left out.';
COMMENT ON COLUMN "user_credits"."calls_reset_at" IS 'Midnight of UTC at which calls_today and free_calls_today begin anew.';
COMMENT ON COLUMN "user_credits"."free_calls_per_day" IS 'Most calls of free models a day of UTC, as the plan had it when the period began; null is unlimited.';
COMMENT ON COLUMN "user_credits"."free_calls_today" IS 'Calls of free models on the day of UTC that ends at calls_reset_at.';
