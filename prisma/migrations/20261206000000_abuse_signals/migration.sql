-- CreateEnum
CREATE TYPE "signal_kind" AS ENUM ('email', 'email_domain', 'address_block', 'device', 'card', 'own_key');

-- CreateEnum
CREATE TYPE "mail_class" AS ENUM ('disposable', 'free', 'other');

-- CreateTable
CREATE TABLE "abuse_signals" (
    "kind" "signal_kind" NOT NULL,
    "digest" CHAR(64) NOT NULL,
    "user_id" VARCHAR(255) NOT NULL,
    "is_verified" BOOLEAN NOT NULL DEFAULT false,
    "mail_class" "mail_class",
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "abuse_signals_pkey" PRIMARY KEY ("kind","digest","user_id")
);

-- CreateIndex
CREATE INDEX "abuse_signals_user_id_idx" ON "abuse_signals"("user_id");

-- CreateIndex
CREATE INDEX "abuse_signals_seen_at_idx" ON "abuse_signals"("seen_at");

COMMENT ON TYPE "signal_kind" IS 'What two accounts can have in common that speaks for one person behind both.';
COMMENT ON TYPE "mail_class" IS 'How easily somebody gets another address of a mail domain.';
COMMENT ON TABLE "abuse_signals" IS 'Something that tells whether several accounts belong to one person, as a keyed digest. The value itself is not stored.';
COMMENT ON COLUMN "abuse_signals"."kind" IS 'What it is.';
COMMENT ON COLUMN "abuse_signals"."digest" IS 'HMAC-SHA256 of the value under a key of ENCRYPTION_KEYS; one row for each key.';
COMMENT ON COLUMN "abuse_signals"."user_id" IS 'Account that it belongs to; the pseudonym after an erasure.';
COMMENT ON COLUMN "abuse_signals"."is_verified" IS 'Whether it is known to be the user''s own: an address that was verified.';
COMMENT ON COLUMN "abuse_signals"."mail_class" IS 'Class of the domain of an e-mail address; null for other kinds.';
COMMENT ON COLUMN "abuse_signals"."seen_at" IS 'When it was seen first.';
