-- Ids of an account's rows say which bucket of accounts they belong to: the first 16 bits of the SHA-256 of user_id
-- stand where the 16 random bits after the variant's half stood. Version, variant and order stay those of a UUIDv7.
-- It can't be added to ids that exist, so it is done before anything needs it.
CREATE FUNCTION tollgate_row_id(user_id text, at timestamptz, n integer DEFAULT 0) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN encode(overlay(uuid_send(tollgate_uuid7(at, n))
    PLACING substring(sha256(convert_to(user_id, 'UTF8')) FROM 1 FOR 2) FROM 11), 'hex')::uuid;
