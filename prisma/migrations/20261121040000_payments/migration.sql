-- CreateEnum
CREATE TYPE "payment_kind" AS ENUM ('package', 'plan', 'upgrade', 'renewal', 'top_up');

-- CreateEnum
CREATE TYPE "payment_status" AS ENUM ('open', 'processing', 'paid', 'failed', 'expired', 'held');

-- CreateEnum
CREATE TYPE "dispute_status" AS ENUM ('none', 'open', 'won', 'lost');

-- CreateEnum
CREATE TYPE "subscription_status" AS ENUM ('active', 'past_due', 'canceled');

-- CreateEnum
CREATE TYPE "payment_event_state" AS ENUM ('received', 'applied', 'ignored', 'waiting', 'failed');

-- CreateEnum
CREATE TYPE "topup_state" AS ENUM ('on', 'stopped');

-- AlterTable
ALTER TABLE "user_credits" ADD COLUMN     "paid_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "credit_packages" (
    "package_code" VARCHAR(64) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "description" VARCHAR(500),
    "credits" DECIMAL(20,10) NOT NULL,
    "price" DECIMAL(20,10) NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "rank" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "credit_packages_pkey" PRIMARY KEY ("package_code")
);

-- CreateTable
CREATE TABLE "payment_customers" (
    "user_id" VARCHAR(255) NOT NULL,
    "customer_id" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_customers_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "payments" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "kind" "payment_kind" NOT NULL,
    "status" "payment_status" NOT NULL DEFAULT 'open',
    "package_code" VARCHAR(64),
    "tier" VARCHAR(64),
    "from_tier" VARCHAR(64),
    "credits" DECIMAL(20,10) NOT NULL,
    "amount" DECIMAL(20,10) NOT NULL,
    "discount" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "currency" VARCHAR(3) NOT NULL,
    "refunded" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "dispute" "dispute_status" NOT NULL DEFAULT 'none',
    "disputed" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "taken_back" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "detail" VARCHAR(500),
    "checkout_url" VARCHAR(4000),
    "expires_at" TIMESTAMPTZ(3),
    "transaction_id" UUID,
    "session_id" VARCHAR(255),
    "payment_intent_id" VARCHAR(255),
    "invoice_id" VARCHAR(255),
    "subscription_id" VARCHAR(255),
    "paid_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "user_id" VARCHAR(255) NOT NULL,
    "subscription_id" VARCHAR(255) NOT NULL,
    "tier" VARCHAR(64) NOT NULL,
    "paid_tier" VARCHAR(64) NOT NULL,
    "amount" DECIMAL(20,10) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "status" "subscription_status" NOT NULL DEFAULT 'active',
    "cancel_at_period_end" BOOLEAN NOT NULL DEFAULT false,
    "paid_until" TIMESTAMPTZ(3),
    "grace_until" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),
    "sync_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("user_id","subscription_id")
);

-- CreateTable
CREATE TABLE "payment_events" (
    "event_id" VARCHAR(255) NOT NULL,
    "type" VARCHAR(100) NOT NULL,
    "state" "payment_event_state" NOT NULL DEFAULT 'received',
    "reference" VARCHAR(255) NOT NULL,
    "user_id" VARCHAR(255),
    "facts" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "detail" VARCHAR(500),
    "next_try_at" TIMESTAMPTZ(3),
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_events_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "auto_topups" (
    "user_id" VARCHAR(255) NOT NULL,
    "threshold" DECIMAL(20,10) NOT NULL,
    "package_code" VARCHAR(64) NOT NULL,
    "monthly_limit" DECIMAL(20,10) NOT NULL,
    "state" "topup_state" NOT NULL DEFAULT 'on',
    "declines" INTEGER NOT NULL DEFAULT 0,
    "detail" VARCHAR(500),
    "payment_id" UUID,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "auto_topups_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "payments_user_id_created_at_id_idx" ON "payments"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "payments_payment_intent_idx" ON "payments"("payment_intent_id") WHERE (payment_intent_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "payments_invoice_idx" ON "payments"("invoice_id") WHERE (invoice_id IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "payments_user_id_invoice_id_key" ON "payments"("user_id", "invoice_id");

-- CreateIndex
CREATE INDEX "subscriptions_subscription_id_idx" ON "subscriptions"("subscription_id");

-- CreateIndex
CREATE INDEX "subscriptions_sync_idx" ON "subscriptions"("sync_at") WHERE (sync_at IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_live_key" ON "subscriptions"("user_id") WHERE (status <> 'canceled');

-- CreateIndex
CREATE INDEX "payment_events_due_idx" ON "payment_events"("next_try_at") WHERE (next_try_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "payment_events_waiting_idx" ON "payment_events"("reference") WHERE (state = 'waiting');

-- CreateIndex
CREATE INDEX "payment_events_created_at_idx" ON "payment_events"("created_at" DESC);

-- CreateIndex
CREATE INDEX "auto_topups_on_idx" ON "auto_topups"("next_try_at") WHERE (state = 'on');

-- AddForeignKey
ALTER TABLE "auto_topups" ADD CONSTRAINT "auto_topups_package_code_fkey" FOREIGN KEY ("package_code") REFERENCES "credit_packages"("package_code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What SQL can hold, SQL holds.
ALTER TABLE "credit_packages"
  ADD CONSTRAINT "credit_packages_amounts_check" CHECK (credits > 0 AND price >= 0.5 AND price = round(price, 2)),
  ADD CONSTRAINT "credit_packages_rank_check" CHECK (rank >= 0);

ALTER TABLE "payments"
  ADD CONSTRAINT "payments_amounts_check" CHECK (credits >= 0 AND amount >= 0 AND discount >= 0),
  ADD CONSTRAINT "payments_returned_check" CHECK (refunded >= 0 AND disputed >= 0 AND taken_back >= 0),
  ADD CONSTRAINT "payments_taken_back_check" CHECK (taken_back <= credits AND (taken_back = 0 OR status = 'paid')),
  ADD CONSTRAINT "payments_offer_check" CHECK ((package_code IS NULL) = (kind IN ('plan', 'upgrade', 'renewal')) AND (tier IS NULL) = (kind IN ('package', 'top_up'))),
  ADD CONSTRAINT "payments_paid_at_check" CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
  ADD CONSTRAINT "payments_transaction_id_check" CHECK (transaction_id IS NULL OR status = 'paid');

ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_amount_check" CHECK (amount >= 0);

ALTER TABLE "payment_events"
  ADD CONSTRAINT "payment_events_facts_check" CHECK (jsonb_typeof(facts) = 'object'),
  ADD CONSTRAINT "payment_events_state_check" CHECK ((state = 'applied') = (applied_at IS NOT NULL) AND (state IN ('received', 'waiting')) = (next_try_at IS NOT NULL));

ALTER TABLE "auto_topups"
  ADD CONSTRAINT "auto_topups_amounts_check" CHECK (threshold > 0 AND monthly_limit > 0),
  ADD CONSTRAINT "auto_topups_declines_check" CHECK (declines >= 0);

-- What everything means, from the docs of schema.prisma.
COMMENT ON TYPE "payment_kind" IS 'What a payment is for.';
COMMENT ON TYPE "payment_status" IS 'Where a payment stands: open is offered, processing is on its way, held waits for a person to look at it.';
COMMENT ON TYPE "dispute_status" IS 'Whether the payer disputes a payment with the bank, and how that ended.';
COMMENT ON TYPE "subscription_status" IS 'Where a subscription stands.';
COMMENT ON TYPE "payment_event_state" IS 'What became of a message of the payment provider.';
COMMENT ON TYPE "topup_state" IS 'Whether credits are bought automatically.';
COMMENT ON COLUMN "user_credits"."paid_until" IS 'Until when the plan is paid; null: it renews, or stays, without a payment.';

COMMENT ON TABLE "credit_packages" IS 'Credits that are sold at a price.';
COMMENT ON COLUMN "credit_packages"."package_code" IS 'Code of the package.';
COMMENT ON COLUMN "credit_packages"."name" IS 'Name shown to people.';
COMMENT ON COLUMN "credit_packages"."description" IS 'A sentence for people.';
COMMENT ON COLUMN "credit_packages"."credits" IS 'Credits that the package gives.';
COMMENT ON COLUMN "credit_packages"."price" IS 'Price in USD, whole cents.';
COMMENT ON COLUMN "credit_packages"."is_active" IS 'Whether the package is for sale.';
COMMENT ON COLUMN "credit_packages"."rank" IS 'Place in lists.';
COMMENT ON COLUMN "credit_packages"."created_at" IS 'When the package was made.';
COMMENT ON COLUMN "credit_packages"."updated_at" IS 'When the package was last edited.';

COMMENT ON TABLE "payment_customers" IS 'The payment provider''s customer of a user.';
COMMENT ON COLUMN "payment_customers"."user_id" IS 'Whose customer.';
COMMENT ON COLUMN "payment_customers"."customer_id" IS 'The provider''s id.';
COMMENT ON COLUMN "payment_customers"."created_at" IS 'When the customer was made.';

COMMENT ON TABLE "payments" IS 'What was offered for a price, and what became of it.';
COMMENT ON COLUMN "payments"."id" IS 'UUIDv7 of the payment.';
COMMENT ON COLUMN "payments"."user_id" IS 'Who pays.';
COMMENT ON COLUMN "payments"."kind" IS 'What the payment is for.';
COMMENT ON COLUMN "payments"."status" IS 'Where the payment stands.';
COMMENT ON COLUMN "payments"."package_code" IS 'Package that is bought; null for a plan.';
COMMENT ON COLUMN "payments"."tier" IS 'Plan that is paid; null for a package.';
COMMENT ON COLUMN "payments"."from_tier" IS 'Plan that an upgrade started from.';
COMMENT ON COLUMN "payments"."credits" IS 'Credits that the payment gives; of an upgrade, what it gave.';
COMMENT ON COLUMN "payments"."amount" IS 'Price that was offered, the discount taken off, in `currency`.';
COMMENT ON COLUMN "payments"."discount" IS 'Discount that was taken off.';
COMMENT ON COLUMN "payments"."currency" IS 'Currency, ISO 4217.';
COMMENT ON COLUMN "payments"."refunded" IS 'Money that was paid back.';
COMMENT ON COLUMN "payments"."dispute" IS 'Whether the payer disputes the payment.';
COMMENT ON COLUMN "payments"."disputed" IS 'Money that is disputed.';
COMMENT ON COLUMN "payments"."taken_back" IS 'Credits that were taken back because of refunds and disputes.';
COMMENT ON COLUMN "payments"."detail" IS 'Why the payment failed or is held.';
COMMENT ON COLUMN "payments"."checkout_url" IS 'Page where the payment is made, while it is open.';
COMMENT ON COLUMN "payments"."expires_at" IS 'When the page closes.';
COMMENT ON COLUMN "payments"."transaction_id" IS 'Ledger line that booked the credits.';
COMMENT ON COLUMN "payments"."session_id" IS 'The provider''s checkout.';
COMMENT ON COLUMN "payments"."payment_intent_id" IS 'The provider''s movement of money.';
COMMENT ON COLUMN "payments"."invoice_id" IS 'The provider''s invoice of a period.';
COMMENT ON COLUMN "payments"."subscription_id" IS 'The provider''s subscription.';
COMMENT ON COLUMN "payments"."paid_at" IS 'When the payment arrived.';
COMMENT ON COLUMN "payments"."created_at" IS 'When it was offered.';
COMMENT ON COLUMN "payments"."updated_at" IS 'When it last changed.';

COMMENT ON TABLE "subscriptions" IS 'A plan that is paid every 30 days.';
COMMENT ON COLUMN "subscriptions"."user_id" IS 'Who pays.';
COMMENT ON COLUMN "subscriptions"."subscription_id" IS 'The provider''s id.';
COMMENT ON COLUMN "subscriptions"."tier" IS 'Plan that the next payment is for.';
COMMENT ON COLUMN "subscriptions"."paid_tier" IS 'Plan that the running period was paid for.';
COMMENT ON COLUMN "subscriptions"."amount" IS 'Price of a period, in `currency`.';
COMMENT ON COLUMN "subscriptions"."currency" IS 'Currency, ISO 4217.';
COMMENT ON COLUMN "subscriptions"."status" IS 'Where the subscription stands.';
COMMENT ON COLUMN "subscriptions"."cancel_at_period_end" IS 'Whether it ends with the period that is paid.';
COMMENT ON COLUMN "subscriptions"."paid_until" IS 'Until when it is paid.';
COMMENT ON COLUMN "subscriptions"."grace_until" IS 'When the plan is lost unless the overdue payment arrives; null when none is overdue.';
COMMENT ON COLUMN "subscriptions"."told_at" IS 'Newest message of the provider that was taken over.';
COMMENT ON COLUMN "subscriptions"."sync_at" IS 'When the provider has to be told of a change next; null when it knows.';
COMMENT ON COLUMN "subscriptions"."version" IS 'Number of changes that the provider has to be told of.';
COMMENT ON COLUMN "subscriptions"."created_at" IS 'When it was made.';
COMMENT ON COLUMN "subscriptions"."updated_at" IS 'When it last changed.';

COMMENT ON TABLE "payment_events" IS 'Messages of the payment provider, each applied once. The key is the provider''s own id: a message is known before anybody knows whose account it is about.';
COMMENT ON COLUMN "payment_events"."event_id" IS 'The provider''s id.';
COMMENT ON COLUMN "payment_events"."type" IS 'The provider''s type.';
COMMENT ON COLUMN "payment_events"."state" IS 'What became of it.';
COMMENT ON COLUMN "payment_events"."reference" IS 'The checkout, subscription or movement of money that it is about.';
COMMENT ON COLUMN "payment_events"."user_id" IS 'Account that it is about; null while that is unknown.';
COMMENT ON COLUMN "payment_events"."facts" IS 'What it says, without particulars of people or cards.';
COMMENT ON COLUMN "payment_events"."attempts" IS 'How often it was tried.';
COMMENT ON COLUMN "payment_events"."detail" IS 'Why it waits or was given up.';
COMMENT ON COLUMN "payment_events"."next_try_at" IS 'When it is tried again; null when it is not.';
COMMENT ON COLUMN "payment_events"."occurred_at" IS 'When the provider made it.';
COMMENT ON COLUMN "payment_events"."created_at" IS 'When it arrived.';
COMMENT ON COLUMN "payment_events"."applied_at" IS 'When it was applied.';

COMMENT ON TABLE "auto_topups" IS 'Credits that are bought automatically when an account runs low.';
COMMENT ON COLUMN "auto_topups"."user_id" IS 'Whose account.';
COMMENT ON COLUMN "auto_topups"."threshold" IS 'Available credits below which the package is bought.';
COMMENT ON COLUMN "auto_topups"."package_code" IS 'Package that is bought.';
COMMENT ON COLUMN "auto_topups"."monthly_limit" IS 'Most money that it may spend in a calendar month of UTC, USD.';
COMMENT ON COLUMN "auto_topups"."state" IS 'Whether credits are bought; after two declined cards they are not, until the settings are sent again.';
COMMENT ON COLUMN "auto_topups"."declines" IS 'Cards declined in a row.';
COMMENT ON COLUMN "auto_topups"."detail" IS 'Why nothing is bought at the moment.';
COMMENT ON COLUMN "auto_topups"."payment_id" IS 'Payment in flight; null when there is none.';
COMMENT ON COLUMN "auto_topups"."next_try_at" IS 'Not before then is anything tried.';
COMMENT ON COLUMN "auto_topups"."created_at" IS 'When it was set up.';
COMMENT ON COLUMN "auto_topups"."updated_at" IS 'When it last changed.';
