-- Who is asked where a provider does not answer, as JSON; and the model that may be asked to see whether it does.
ALTER TABLE provider ADD COLUMN fallback TEXT;
ALTER TABLE provider ADD COLUMN probe_model TEXT;
