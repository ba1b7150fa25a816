-- CreateEnum
CREATE TYPE "contact_source" AS ENUM ('token', 'provider', 'registration', 'person');

-- CreateEnum
CREATE TYPE "message_state" AS ENUM ('queued', 'sent', 'failed');

-- CreateTable
CREATE TABLE "contacts" (
    "user_id" VARCHAR(255) NOT NULL,
    "email" VARCHAR(254),
    "source" "contact_source",
    "verified_at" TIMESTAMPTZ(3),
    "pending_email" VARCHAR(254),
    "pending_expires_at" TIMESTAMPTZ(3),
    "pending_hash" CHAR(64),
    "language" VARCHAR(2),
    "timezone" VARCHAR(64) NOT NULL DEFAULT 'UTC',
    "muted_mails" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "muted_inbox" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contacts_pkey" PRIMARY KEY ("user_id"),
    CONSTRAINT "contacts_email_check" CHECK (num_nulls("email", "source", "verified_at") IN (0, 3)),
    CONSTRAINT "contacts_pending_check" CHECK (num_nulls("pending_email", "pending_expires_at", "pending_hash") IN (0, 3))
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "kind" VARCHAR(40) NOT NULL,
    "cause" VARCHAR(200) NOT NULL,
    "facts" JSONB NOT NULL,
    "in_inbox" BOOLEAN NOT NULL,
    "read_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateTable
CREATE TABLE "notification_alerts" (
    "user_id" VARCHAR(255) NOT NULL,
    "name" VARCHAR(120) NOT NULL,
    "told_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_alerts_pkey" PRIMARY KEY ("user_id","name")
);

-- CreateTable
CREATE TABLE "mails" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "kind" VARCHAR(40) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "language" VARCHAR(2) NOT NULL,
    "timezone" VARCHAR(64) NOT NULL,
    "facts" JSONB NOT NULL,
    "sealed_path" TEXT,
    "state" "message_state" NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "error" VARCHAR(500),
    "sent_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mails_pkey" PRIMARY KEY ("id","user_id"),
    CONSTRAINT "mails_sent_check" CHECK (("state" = 'sent') = ("sent_at" IS NOT NULL)),
    CONSTRAINT "mails_sealed_path_check" CHECK ("state" <> 'sent' OR "sealed_path" IS NULL)
);

-- CreateTable
CREATE TABLE "operator_messages" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "cause" VARCHAR(200) NOT NULL,
    "text" VARCHAR(2000) NOT NULL,
    "state" "message_state" NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "error" VARCHAR(500),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "operator_messages_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "notifications_inbox_idx" ON "notifications"("user_id", "created_at" DESC, "id" DESC) WHERE (in_inbox);

-- CreateIndex
CREATE INDEX "notifications_unread_idx" ON "notifications"("user_id") WHERE (in_inbox AND (read_at IS NULL));

-- CreateIndex
CREATE INDEX "notifications_created_at_idx" ON "notifications"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "notifications_user_id_cause_key" ON "notifications"("user_id", "cause");

-- CreateIndex
CREATE INDEX "mails_queue_idx" ON "mails"("next_try_at") WHERE (state = 'queued'::message_state);

-- CreateIndex
CREATE INDEX "mails_created_at_id_idx" ON "mails"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "mails_user_id_idx" ON "mails"("user_id");

-- CreateIndex
CREATE INDEX "mails_email_idx" ON "mails"("email");

-- CreateIndex
CREATE UNIQUE INDEX "operator_messages_cause_key" ON "operator_messages"("cause");

-- CreateIndex
CREATE INDEX "operator_messages_queue_idx" ON "operator_messages"("next_try_at") WHERE (state = 'queued'::message_state);

COMMENT ON TYPE "contact_source" IS 'Who said that an address is a person''s: a token, the identity provider, the platform at registration, or the person, by a link sent to it.';
COMMENT ON TYPE "message_state" IS 'What became of a message. A failed one is tried no more, unless an admin repeats it.';
COMMENT ON TABLE "contacts" IS 'How a person is reached: e-mail address, language and time zone, and what the person does not want to be told.';
COMMENT ON COLUMN "contacts"."user_id" IS 'User id of the person.';
COMMENT ON COLUMN "contacts"."email" IS 'Address that mails are sent to: one that is known to be the person''s. Null until there is one.';
COMMENT ON COLUMN "contacts"."source" IS 'Who said that the address is the person''s; null without an address.';
COMMENT ON COLUMN "contacts"."verified_at" IS 'Since when the address is known to be the person''s; null without an address.';
COMMENT ON COLUMN "contacts"."pending_email" IS 'Address that the person must still confirm by the link sent to it; null if there is none.';
COMMENT ON COLUMN "contacts"."pending_expires_at" IS 'When the link expires.';
COMMENT ON COLUMN "contacts"."pending_hash" IS 'SHA-256 of the secret in the link. A new link replaces it.';
COMMENT ON COLUMN "contacts"."language" IS 'Language in which the person is told; null for the default, English.';
COMMENT ON COLUMN "contacts"."timezone" IS 'IANA name of the person''s time zone.';
COMMENT ON COLUMN "contacts"."muted_mails" IS 'Kinds of notifications of which no mail is sent.';
COMMENT ON COLUMN "contacts"."muted_inbox" IS 'Kinds of notifications that are not in the inbox.';
COMMENT ON COLUMN "contacts"."changed_at" IS 'When the row last changed.';
COMMENT ON TABLE "notifications" IS 'Something that a person was told, as the inbox shows it. Kept for 180 days.';
COMMENT ON COLUMN "notifications"."id" IS 'UUIDv7 of the notification.';
COMMENT ON COLUMN "notifications"."user_id" IS 'User id of the account.';
COMMENT ON COLUMN "notifications"."kind" IS 'What it is about.';
COMMENT ON COLUMN "notifications"."cause" IS 'What caused it, such as the id of an event. Nothing is told twice.';
COMMENT ON COLUMN "notifications"."facts" IS 'Amounts, dates and names in its text.';
COMMENT ON COLUMN "notifications"."in_inbox" IS 'Whether the inbox shows it.';
COMMENT ON COLUMN "notifications"."read_at" IS 'When it was read; null for an unread one.';
COMMENT ON COLUMN "notifications"."created_at" IS 'When the person was told.';
COMMENT ON TABLE "notification_alerts" IS 'A condition that a person was told of, and when it ended. The person is told again once it has ended, and at most once a day.';
COMMENT ON COLUMN "notification_alerts"."user_id" IS 'User id of the account.';
COMMENT ON COLUMN "notification_alerts"."name" IS 'The condition, such as low_balance.';
COMMENT ON COLUMN "notification_alerts"."told_at" IS 'When the person was told of it.';
COMMENT ON COLUMN "notification_alerts"."ended_at" IS 'When it ended; null while it lasts.';
COMMENT ON TABLE "mails" IS 'A mail to be sent, or that was sent. Sent ones are kept for 30 days, failed ones for 90.';
COMMENT ON COLUMN "mails"."id" IS 'UUIDv7 of the mail; its Message-ID contains it, so that a mail server recognises a repetition.';
COMMENT ON COLUMN "mails"."user_id" IS 'User id of the account that it is about.';
COMMENT ON COLUMN "mails"."kind" IS 'What it is about.';
COMMENT ON COLUMN "mails"."email" IS 'Address that it is sent to.';
COMMENT ON COLUMN "mails"."language" IS 'Language of the mail.';
COMMENT ON COLUMN "mails"."timezone" IS 'Time zone of the times in it.';
COMMENT ON COLUMN "mails"."facts" IS 'Amounts, dates and names in its text.';
COMMENT ON COLUMN "mails"."sealed_path" IS 'Page that the button leads to, with a secret, encrypted; null for the usual page. Deleted once the mail is sent.';
COMMENT ON COLUMN "mails"."state" IS 'What became of it.';
COMMENT ON COLUMN "mails"."attempts" IS 'How often sending was tried.';
COMMENT ON COLUMN "mails"."next_try_at" IS 'When it is sent or tried again.';
COMMENT ON COLUMN "mails"."error" IS 'Why the last try failed; null if it did not.';
COMMENT ON COLUMN "mails"."sent_at" IS 'When the mail server accepted it; null until then.';
COMMENT ON COLUMN "mails"."created_at" IS 'When it was written.';
COMMENT ON TABLE "operator_messages" IS 'A message to the operator''s chat, to be sent or sent. Kept for 30 days.';
COMMENT ON COLUMN "operator_messages"."id" IS 'UUIDv7 of the message.';
COMMENT ON COLUMN "operator_messages"."cause" IS 'What caused it, such as the id of an event. Nothing is told twice.';
COMMENT ON COLUMN "operator_messages"."text" IS 'What it says.';
COMMENT ON COLUMN "operator_messages"."state" IS 'What became of it.';
COMMENT ON COLUMN "operator_messages"."attempts" IS 'How often sending was tried.';
COMMENT ON COLUMN "operator_messages"."next_try_at" IS 'When it is sent or tried again.';
COMMENT ON COLUMN "operator_messages"."error" IS 'Why the last try failed; null if it did not.';
COMMENT ON COLUMN "operator_messages"."created_at" IS 'When it was written.';

-- Addresses, mails and notifications of a person who is erased are deleted. Called beside tollgate_erase_account().
CREATE FUNCTION tollgate_erase_contact(owner text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM mails WHERE user_id = owner OR email = (SELECT email FROM contacts WHERE user_id = owner);
  DELETE FROM contacts WHERE user_id = owner;
  DELETE FROM notifications WHERE user_id = owner;
  DELETE FROM notification_alerts WHERE user_id = owner;
  DELETE FROM operator_messages WHERE strpos(text, owner) > 0;
END;
$$;
