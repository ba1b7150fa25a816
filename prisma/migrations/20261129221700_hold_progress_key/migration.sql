-- A call can only be asked about with the key that it was made with, which its user may remove before that.
COMMENT ON COLUMN "credit_holds"."work_progress" IS 'What was known of the work when the process that did it left it to others: usage and model, and the own key that it was done with, encrypted. Null when the work is over.';
