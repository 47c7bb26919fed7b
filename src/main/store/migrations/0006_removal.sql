-- Removed runs and sweeps are hidden and can be brought back for a while. What is left of a run whose data was deleted is this row, so that its number is never given away again.
ALTER TABLE runs ADD COLUMN removed_at INTEGER;
ALTER TABLE runs ADD COLUMN purged_at INTEGER;
ALTER TABLE sweeps ADD COLUMN removed_at INTEGER;
CREATE INDEX runs_removed ON runs (removed_at) WHERE removed_at IS NOT NULL;
