-- `IN` on a varchar is printed with other casts once it was restored from its own printed form. A list of texts is not.
ALTER TABLE "markup_rules"
  DROP CONSTRAINT "markup_rules_match_check",
  ADD CONSTRAINT "markup_rules_match_check" CHECK (match <> '' AND (scope <> 'class' OR match::text = ANY (ARRAY['free', 'budget', 'standard', 'premium']::text[])));
