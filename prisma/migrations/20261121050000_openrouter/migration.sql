CREATE TABLE "openrouter_accounts" (
    "user_id" VARCHAR(255) NOT NULL,
    "account_id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "email" VARCHAR(320),
    "encrypted_key" VARCHAR(1024) NOT NULL,
    "key_hint" VARCHAR(32) NOT NULL,
    "free_credits" DECIMAL(20,10),
    "free_credits_remaining" DECIMAL(20,10),
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "last_synced" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "openrouter_accounts_pkey" PRIMARY KEY ("user_id"),
    CONSTRAINT "openrouter_accounts_key_is_encrypted" CHECK (
        "encrypted_key" ~ '^[a-z0-9][a-z0-9-]*\.[A-Za-z0-9_-]+$' AND "encrypted_key" !~ '^sk-'
    ),
    CONSTRAINT "openrouter_accounts_key_is_hidden" CHECK (length("key_hint") <= 20),
    CONSTRAINT "openrouter_accounts_credits_are_not_negative" CHECK (
        "free_credits" >= 0 AND "free_credits_remaining" >= 0
    )
);

COMMENT ON TABLE "openrouter_accounts" IS 'A user''s own account at OpenRouter: calls are made with its key and billed to the user there.';
COMMENT ON COLUMN "openrouter_accounts"."user_id" IS 'Whose account.';
COMMENT ON COLUMN "openrouter_accounts"."account_id" IS 'UUIDv7 of the connection between the two accounts.';
COMMENT ON COLUMN "openrouter_accounts"."email" IS 'Address of the account at OpenRouter, as the user gave it.';
COMMENT ON COLUMN "openrouter_accounts"."encrypted_key" IS 'The key, encrypted for this user; begins with the id of the key that encrypted it.';
COMMENT ON COLUMN "openrouter_accounts"."key_hint" IS 'Enough of the key to recognise it.';
COMMENT ON COLUMN "openrouter_accounts"."free_credits" IS 'Credits that OpenRouter lets the key spend in all, USD; null is no limit.';
COMMENT ON COLUMN "openrouter_accounts"."free_credits_remaining" IS 'What is left of these; null is no limit.';
COMMENT ON COLUMN "openrouter_accounts"."is_active" IS 'Whether the key is used; false once OpenRouter refused it.';
COMMENT ON COLUMN "openrouter_accounts"."last_synced" IS 'When OpenRouter was last asked about the key; null never.';
COMMENT ON COLUMN "openrouter_accounts"."created_at" IS 'When the account was connected.';
COMMENT ON COLUMN "openrouter_accounts"."updated_at" IS 'When the key, or what is known of it, last changed.';
