-- CreateEnum
CREATE TYPE "member_role" AS ENUM ('owner', 'admin', 'billing', 'member', 'viewer');

-- CreateEnum
CREATE TYPE "burn_order" AS ENUM ('own_first', 'organization_first', 'organization_only');

-- CreateEnum
CREATE TYPE "member_status" AS ENUM ('active', 'paused', 'removed');

-- AlterTable
ALTER TABLE "idempotency_keys" ADD COLUMN     "paid_by" VARCHAR(255);

-- AlterTable
ALTER TABLE "tiers" ADD COLUMN     "seats" INTEGER DEFAULT 1;

-- AlterTable
ALTER TABLE "usage_event_names" ADD COLUMN     "paid_by" VARCHAR(255);

-- CreateTable
CREATE TABLE "organizations" (
    "user_id" VARCHAR(255) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "billing_email" VARCHAR(320),
    "timezone" VARCHAR(64) NOT NULL DEFAULT 'UTC',
    "seats" INTEGER,
    "default_member_budget" DECIMAL(20,10),
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "organization_members" (
    "user_id" VARCHAR(255) NOT NULL,
    "member_id" VARCHAR(255) NOT NULL,
    "role" "member_role" NOT NULL,
    "cost_center" VARCHAR(64),
    "allowed_models" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "burn_order" "burn_order" NOT NULL DEFAULT 'own_first',
    "status" "member_status" NOT NULL DEFAULT 'active',
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "organization_members_pkey" PRIMARY KEY ("user_id","member_id")
);

-- CreateTable
CREATE TABLE "organization_invitations" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "email" VARCHAR(320) NOT NULL,
    "role" "member_role" NOT NULL,
    "budget" DECIMAL(20,10),
    "cost_center" VARCHAR(64),
    "token_hash" CHAR(64) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "accepted_by" VARCHAR(255),
    "revoked_at" TIMESTAMPTZ(3),
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organization_invitations_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateTable
CREATE TABLE "cost_centers" (
    "user_id" VARCHAR(255) NOT NULL,
    "code" VARCHAR(64) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cost_centers_pkey" PRIMARY KEY ("user_id","code")
);

-- CreateIndex
CREATE INDEX "organizations_created_at_user_id_idx" ON "organizations"("created_at" DESC, "user_id" DESC);

-- CreateIndex
CREATE INDEX "organization_members_member_id_idx" ON "organization_members"("member_id");

-- CreateIndex
CREATE INDEX "organization_members_changed_at_idx" ON "organization_members"("changed_at");

-- CreateIndex
CREATE INDEX "organization_invitations_email_idx" ON "organization_invitations"("email") WHERE (accepted_at IS NULL AND revoked_at IS NULL);

-- CreateIndex
CREATE INDEX "organization_invitations_user_id_created_at_id_idx" ON "organization_invitations"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "organization_invitations_open_key" ON "organization_invitations"("user_id", "email") WHERE (accepted_at IS NULL AND revoked_at IS NULL);

COMMENT ON TYPE "member_role" IS 'What a member may do in an organization.';
COMMENT ON TYPE "burn_order" IS 'Which account pays for a member''s work that names none: the member''s own before the organization''s, the organization''s before the member''s own, or only the organization''s.';
COMMENT ON TYPE "member_status" IS 'State of a membership. A paused or removed member cannot act for the organization.';
COMMENT ON COLUMN "tiers"."seats" IS 'Maximum members of an organization on this plan; null means unlimited.';
COMMENT ON COLUMN "idempotency_keys"."paid_by" IS 'Organization whose account paid for the request instead, and which resource_id belongs to; null if this account paid.';
COMMENT ON TABLE "organizations" IS 'An organization: an account that several people use, each with a role.';
COMMENT ON COLUMN "organizations"."user_id" IS 'Id of the organization''s account.';
COMMENT ON COLUMN "organizations"."name" IS 'Name for people.';
COMMENT ON COLUMN "organizations"."billing_email" IS 'Address for invoices and alerts; null for none.';
COMMENT ON COLUMN "organizations"."timezone" IS 'IANA name of the time zone of members'' limits.';
COMMENT ON COLUMN "organizations"."seats" IS 'Maximum members, set by an administrator; null means as many as the plan allows.';
COMMENT ON COLUMN "organizations"."default_member_budget" IS 'Monthly limit of new members, credits; null means none.';
COMMENT ON COLUMN "organizations"."created_by" IS 'Person who created the organization.';
COMMENT ON COLUMN "organizations"."created_at" IS 'When the organization was created.';
COMMENT ON COLUMN "organizations"."closed_at" IS 'When the organization was closed; null while it is open.';
COMMENT ON TABLE "organization_members" IS 'A person who acts for an organization. A row is never deleted: charges of the past name it.';
COMMENT ON COLUMN "organization_members"."user_id" IS 'Id of the organization''s account.';
COMMENT ON COLUMN "organization_members"."member_id" IS 'Person who is a member.';
COMMENT ON COLUMN "organization_members"."role" IS 'What the member may do.';
COMMENT ON COLUMN "organization_members"."cost_center" IS 'Code of the cost center that the member''s work is assigned to; null for none.';
COMMENT ON COLUMN "organization_members"."allowed_models" IS 'Model ids and id prefixes (`openai/*`) that the organization pays for; an empty list allows every model.';
COMMENT ON COLUMN "organization_members"."burn_order" IS 'Which account pays for the member''s work that names none.';
COMMENT ON COLUMN "organization_members"."status" IS 'Whether the member can act for the organization.';
COMMENT ON COLUMN "organization_members"."created_by" IS 'Actor who added the member.';
COMMENT ON COLUMN "organization_members"."created_at" IS 'When the person became a member.';
COMMENT ON COLUMN "organization_members"."removed_at" IS 'When the member left or was removed; null for a member.';
COMMENT ON COLUMN "organization_members"."changed_at" IS 'When the membership last changed, for instances that have it in memory.';
COMMENT ON TABLE "organization_invitations" IS 'An invitation to an organization. It is accepted once, by link or by the first sign-in with its verified address.';
COMMENT ON COLUMN "organization_invitations"."id" IS 'UUIDv7 of the invitation.';
COMMENT ON COLUMN "organization_invitations"."user_id" IS 'Id of the organization''s account.';
COMMENT ON COLUMN "organization_invitations"."email" IS 'Address of the person invited, in lower case.';
COMMENT ON COLUMN "organization_invitations"."role" IS 'Role that the person gets.';
COMMENT ON COLUMN "organization_invitations"."budget" IS 'Monthly limit that the person gets, credits; null for the organization''s default.';
COMMENT ON COLUMN "organization_invitations"."cost_center" IS 'Code of the cost center that the person''s work is assigned to; null for none.';
COMMENT ON COLUMN "organization_invitations"."token_hash" IS 'SHA-256 of the token in the link.';
COMMENT ON COLUMN "organization_invitations"."expires_at" IS 'When the invitation expires.';
COMMENT ON COLUMN "organization_invitations"."accepted_at" IS 'When it was accepted; null if it was not.';
COMMENT ON COLUMN "organization_invitations"."accepted_by" IS 'Person who accepted it; null if nobody did.';
COMMENT ON COLUMN "organization_invitations"."revoked_at" IS 'When it was revoked; null if it was not.';
COMMENT ON COLUMN "organization_invitations"."created_by" IS 'Actor who invited the person.';
COMMENT ON COLUMN "organization_invitations"."created_at" IS 'When the person was invited.';
COMMENT ON TABLE "cost_centers" IS 'A cost center of an organization, to which members'' work is assigned.';
COMMENT ON COLUMN "cost_centers"."user_id" IS 'Id of the organization''s account.';
COMMENT ON COLUMN "cost_centers"."code" IS 'Code of the cost center.';
COMMENT ON COLUMN "cost_centers"."name" IS 'Name for people.';
COMMENT ON COLUMN "cost_centers"."created_at" IS 'When the cost center was created.';
COMMENT ON COLUMN "usage_event_names"."paid_by" IS 'Organization whose account paid for the work instead, and which the event belongs to; null if this account has it.';

ALTER TABLE "organizations"
  ADD CONSTRAINT "organizations_user_id_check" CHECK ("user_id" LIKE 'org\_%'),
  ADD CONSTRAINT "organizations_seats_check" CHECK ("seats" >= 1),
  ADD CONSTRAINT "organizations_default_member_budget_check" CHECK ("default_member_budget" >= 0);
ALTER TABLE "organization_members"
  ADD CONSTRAINT "organization_members_removed_check" CHECK (("status" = 'removed') = ("removed_at" IS NOT NULL));
ALTER TABLE "organization_invitations"
  ADD CONSTRAINT "organization_invitations_accepted_check" CHECK (("accepted_at" IS NULL) = ("accepted_by" IS NULL)),
  ADD CONSTRAINT "organization_invitations_end_check" CHECK ("accepted_at" IS NULL OR "revoked_at" IS NULL),
  ADD CONSTRAINT "organization_invitations_budget_check" CHECK ("budget" >= 0);
ALTER TABLE "tiers" ADD CONSTRAINT "tiers_seats_check" CHECK ("seats" >= 1);
UPDATE "tiers" SET "seats" = 5 WHERE "tier" = 'enterprise';

-- Instances keep memberships in memory, and drop those that were changed since.
CREATE FUNCTION tollgate_member_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END;
$$;

CREATE TRIGGER organization_members_changed BEFORE UPDATE ON organization_members
FOR EACH ROW EXECUTE FUNCTION tollgate_member_changed();

-- The exception for erasure includes the lines of organizations whose member the person was, and the entries of the audit
-- log about the person.
CREATE OR REPLACE FUNCTION tollgate_refuse_change_but_erasure() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  personal CONSTANT text[] := '{user_id,actor,member_id,request_id,description,metadata,resource_id,ip,tags}';
  names CONSTANT text[] := '{actor,member_id,resource_id}';
  renamed boolean := NEW.user_id <> OLD.user_id;
  allowed text[] := CASE WHEN renamed THEN personal ELSE names END;
  before jsonb := to_jsonb(OLD);
  after jsonb := to_jsonb(NEW);
BEGIN
  IF TG_OP = 'UPDATE' AND after - allowed = before - allowed
    AND NOT EXISTS (
      SELECT FROM (
        SELECT OLD.user_id AS owner, NEW.user_id AS pseudonym WHERE renamed
        UNION ALL
        SELECT before ->> name, after ->> name FROM unnest(names) AS name
        WHERE NOT renamed AND before -> name IS DISTINCT FROM after -> name
      ) AS change
      WHERE NOT EXISTS (SELECT FROM account_erasures WHERE user_id = change.pseudonym)
        OR NOT EXISTS (SELECT FROM user_credits WHERE user_id = change.owner AND status = 'erasing')
    )
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused, a correction is a new line', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'object_not_in_prerequisite_state';
END;
$$;
