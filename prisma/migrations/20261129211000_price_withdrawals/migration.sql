-- A price that an admin set can be taken back. It is never edited nor deleted, for receipts name it: a row here says that
-- it does not count any more.
CREATE TABLE "price_withdrawals" (
    "price_id" UUID NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "price_withdrawals_pkey" PRIMARY KEY ("price_id")
);

ALTER TABLE "price_withdrawals"
  ADD CONSTRAINT "price_withdrawals_price_id_fkey" FOREIGN KEY ("price_id") REFERENCES "model_prices"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TRIGGER "price_withdrawals_append_only" BEFORE UPDATE OR DELETE ON "price_withdrawals"
  FOR EACH ROW EXECUTE FUNCTION tollgate_refuse_change();

COMMENT ON TABLE "price_withdrawals" IS 'A price that was taken back: it does not count any more, and stays for the receipts that name it.';
COMMENT ON COLUMN "price_withdrawals"."price_id" IS 'Price that was taken back.';
COMMENT ON COLUMN "price_withdrawals"."withdrawn_at" IS 'When it was taken back.';
