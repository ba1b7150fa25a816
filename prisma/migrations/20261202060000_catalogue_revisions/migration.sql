-- Calls begin with the plans and prices that are known, if the catalogue has still the same revision.
-- CreateTable
CREATE TABLE "catalogue_revisions" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "revision" UUID NOT NULL DEFAULT gen_random_uuid(),

    CONSTRAINT "catalogue_revisions_pkey" PRIMARY KEY ("id")
);

INSERT INTO "catalogue_revisions" DEFAULT VALUES;
ALTER TABLE "catalogue_revisions" ADD CONSTRAINT "catalogue_revisions_id_check" CHECK (id = 1);

-- Whoever changes plans, prices, markup rules or multipliers also changes the revision, in the same transaction.
CREATE FUNCTION tollgate_revise_catalogue() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE public.catalogue_revisions SET revision = gen_random_uuid() WHERE id = 1;
  RETURN NULL;
END;
$$;
CREATE TRIGGER "tiers_revise" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "tiers"
FOR EACH STATEMENT EXECUTE FUNCTION tollgate_revise_catalogue();
CREATE TRIGGER "model_prices_revise" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "model_prices"
FOR EACH STATEMENT EXECUTE FUNCTION tollgate_revise_catalogue();
CREATE TRIGGER "price_withdrawals_revise" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "price_withdrawals"
FOR EACH STATEMENT EXECUTE FUNCTION tollgate_revise_catalogue();
CREATE TRIGGER "markup_rules_revise" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "markup_rules"
FOR EACH STATEMENT EXECUTE FUNCTION tollgate_revise_catalogue();
CREATE TRIGGER "service_tier_multipliers_revise" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "service_tier_multipliers"
FOR EACH STATEMENT EXECUTE FUNCTION tollgate_revise_catalogue();

COMMENT ON TABLE "catalogue_revisions" IS 'A revision of the plans, prices, markup rules and tier multipliers, which changes in every transaction that changes one of them.';
COMMENT ON COLUMN "catalogue_revisions"."id" IS 'Always 1: there is a single row.';
COMMENT ON COLUMN "catalogue_revisions"."revision" IS 'The current revision.';
