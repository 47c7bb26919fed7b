-- The last epoch of each run once more, side by side: a list of all runs must not look each of them up among millions of epochs.
CREATE TABLE last_epochs (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id),
  epoch INTEGER NOT NULL,
  step INTEGER NOT NULL,
  learning_rate REAL NOT NULL,
  train_loss REAL NOT NULL,
  train_error REAL NOT NULL,
  validation_loss REAL,
  validation_error REAL,
  test_loss REAL NOT NULL,
  test_error REAL NOT NULL,
  images_per_second REAL NOT NULL,
  elapsed_ms REAL NOT NULL,
  peak_memory_bytes INTEGER NOT NULL,
  finished_at INTEGER NOT NULL
) STRICT;
INSERT INTO last_epochs SELECT epochs.* FROM runs JOIN epochs ON epochs.run_id = runs.id AND epochs.epoch = runs.last_epoch;

-- Fires whenever the column is written, also with the value that it had: an epoch may have been logged anew.
CREATE TRIGGER runs_keep_last_epoch AFTER UPDATE OF last_epoch ON runs BEGIN
  DELETE FROM last_epochs WHERE run_id = new.id;
  INSERT INTO last_epochs SELECT * FROM epochs WHERE run_id = new.id AND epoch = new.last_epoch;
END;
