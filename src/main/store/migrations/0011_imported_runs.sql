-- Where an imported run's weights came from (JSON: file, sha256, format); NULL: it was trained here.
ALTER TABLE runs ADD COLUMN imported TEXT;
