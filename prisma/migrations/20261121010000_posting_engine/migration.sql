-- Aborts a statement that found fewer rows than its guards had promised, because another transaction was quicker: with
-- 40001, so that it is tried again. True otherwise.
CREATE FUNCTION tollgate_expect(promised bigint, got bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF promised = got THEN
    RETURN true;
  END IF;
  RAISE EXCEPTION 'another transaction was quicker' USING ERRCODE = 'serialization_failure';
END;
$$;
