-- What can be measured: a metric of a split under a protocol. A new name of any of them is a row here, not a column elsewhere.
CREATE TABLE measures (
  id INTEGER PRIMARY KEY,
  split TEXT NOT NULL,
  protocol TEXT NOT NULL,
  metric TEXT NOT NULL,
  UNIQUE (split, protocol, metric)
) STRICT;
INSERT INTO measures (id, split, protocol, metric) VALUES
  (1, 'train', 'training-steps', 'loss'),
  (2, 'train', 'training-steps', 'topOneError'),
  (3, 'validation', 'single-view', 'loss'),
  (4, 'validation', 'single-view', 'topOneError'),
  (5, 'test', 'single-view', 'loss'),
  (6, 'test', 'single-view', 'topOneError');

-- What was measured after each epoch.
CREATE TABLE epoch_results (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  epoch INTEGER NOT NULL,
  measure_id INTEGER NOT NULL REFERENCES measures (id),
  value REAL NOT NULL,
  PRIMARY KEY (run_id, epoch, measure_id)
) STRICT, WITHOUT ROWID;
-- In the order of the key, so that no sorting is needed.
INSERT INTO epoch_results (run_id, epoch, measure_id, value)
  SELECT run_id, epoch, id, value FROM (
    SELECT epochs.run_id, epochs.epoch, measures.id, CASE measures.id
        WHEN 1 THEN train_loss WHEN 2 THEN train_error
        WHEN 3 THEN validation_loss WHEN 4 THEN iif(validation_loss IS NULL, NULL, validation_error)
        WHEN 5 THEN test_loss WHEN 6 THEN test_error END AS value
    FROM epochs CROSS JOIN measures)
  WHERE value IS NOT NULL;

-- What a run came to: results of its last epoch (`last`) and of the one with the lowest test error (`best`), and whatever its checkpoints are evaluated on later.
CREATE TABLE results (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  checkpoint TEXT NOT NULL,
  measure_id INTEGER NOT NULL REFERENCES measures (id),
  epoch INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (run_id, checkpoint, measure_id)
) STRICT, WITHOUT ROWID;

DROP TRIGGER runs_keep_last_epoch;
CREATE TABLE epochs_without_results (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  epoch INTEGER NOT NULL,
  step INTEGER NOT NULL,
  learning_rate REAL NOT NULL,
  images_per_second REAL NOT NULL,
  elapsed_ms REAL NOT NULL,
  peak_memory_bytes INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;
INSERT INTO epochs_without_results (run_id, epoch, step, learning_rate, images_per_second, elapsed_ms, peak_memory_bytes, finished_at)
  SELECT run_id, epoch, step, learning_rate, images_per_second, elapsed_ms, peak_memory_bytes, finished_at FROM epochs;
DROP TABLE epochs;
ALTER TABLE epochs_without_results RENAME TO epochs;

DROP TABLE last_epochs;
CREATE TABLE last_epochs (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id),
  epoch INTEGER NOT NULL,
  step INTEGER NOT NULL,
  learning_rate REAL NOT NULL,
  images_per_second REAL NOT NULL,
  elapsed_ms REAL NOT NULL,
  peak_memory_bytes INTEGER NOT NULL,
  finished_at INTEGER NOT NULL
) STRICT;

-- Fire whenever the column is written, also with the value that it had: an epoch may have been logged anew.
CREATE TRIGGER runs_keep_last_epoch AFTER UPDATE OF last_epoch ON runs BEGIN
  DELETE FROM last_epochs WHERE run_id = new.id;
  INSERT INTO last_epochs (run_id, epoch, step, learning_rate, images_per_second, elapsed_ms, peak_memory_bytes, finished_at)
    SELECT run_id, epoch, step, learning_rate, images_per_second, elapsed_ms, peak_memory_bytes, finished_at
    FROM epochs WHERE run_id = new.id AND epoch = new.last_epoch;
  DELETE FROM results WHERE run_id = new.id AND checkpoint = 'last';
  INSERT INTO results (run_id, checkpoint, measure_id, epoch, value)
    SELECT run_id, 'last', measure_id, epoch, value FROM epoch_results WHERE run_id = new.id AND epoch = new.last_epoch;
END;
CREATE TRIGGER runs_keep_best_epoch AFTER UPDATE OF best_epoch ON runs BEGIN
  DELETE FROM results WHERE run_id = new.id AND checkpoint = 'best';
  INSERT INTO results (run_id, checkpoint, measure_id, epoch, value)
    SELECT run_id, 'best', measure_id, epoch, value FROM epoch_results WHERE run_id = new.id AND epoch = new.best_epoch;
END;
UPDATE runs SET last_epoch = last_epoch, best_epoch = best_epoch WHERE last_epoch IS NOT NULL;
ALTER TABLE runs DROP COLUMN best_error;
