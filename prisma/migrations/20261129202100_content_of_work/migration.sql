-- AlterTable
ALTER TABLE "usage_events" ADD COLUMN "content_hash" UUID;

COMMENT ON COLUMN "usage_events"."content_hash" IS 'Digest of what the caller said about the work, to tell a repeat from other work under the same name; null is not compared.';
