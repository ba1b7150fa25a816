-- Events are found by their ids, which begin with the time of recording. The smallest id of an instant, so many minutes later:
CREATE FUNCTION tollgate_id_at(at timestamptz, minutes integer DEFAULT 0) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(substring(int8send(GREATEST(0, (date_part('epoch', at - to_timestamp(0)) * 1000)::bigint + minutes * 60000)) FROM 3)
  || '\x00000000000000000000'::bytea, 'hex')::uuid;

-- Whether an event was recorded more than 15 minutes before or after the work. Only such events are in an index by occurred_at.
CREATE FUNCTION tollgate_is_late(id uuid, occurred_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN id >= tollgate_id_at(occurred_at, 15) OR id < tollgate_id_at(occurred_at, -15);

-- From which id on the events that are not rolled up are found.
ALTER TABLE "usage_rollups"
  ADD COLUMN "tail_id" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
  ADD COLUMN "noted_id" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
  ADD COLUMN "noted_xid" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "hourly_rollups"
  ADD COLUMN "tail_id" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
  ADD COLUMN "noted_id" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
  ADD COLUMN "noted_xid" BIGINT NOT NULL DEFAULT 0;
COMMENT ON COLUMN "usage_rollups"."tail_id" IS 'Every event that is not rolled up has this id or a later one.';
COMMENT ON COLUMN "usage_rollups"."noted_id" IS 'The next tail_id, valid once the watermark is above noted_xid.';
COMMENT ON COLUMN "usage_rollups"."noted_xid" IS 'Transaction that noted it.';
COMMENT ON COLUMN "hourly_rollups"."tail_id" IS 'Every event that is not rolled up has this id or a later one.';
COMMENT ON COLUMN "hourly_rollups"."noted_id" IS 'The next tail_id, valid once the watermark is above noted_xid.';
COMMENT ON COLUMN "hourly_rollups"."noted_xid" IS 'Transaction that noted it.';
