-- Speeds by batch size as well. `images_per_second` counts evaluated images by their share of a trained one's work,
-- `start_ms` is what a run takes beside its epochs, `source` what the row was measured on.
ALTER TABLE speeds RENAME TO old_speeds;
CREATE TABLE speeds (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  threads INTEGER NOT NULL,
  precision TEXT NOT NULL,
  multiply_adds INTEGER NOT NULL,
  batch_size INTEGER NOT NULL,
  images_per_second REAL NOT NULL,
  start_ms REAL,
  source TEXT NOT NULL CHECK (source IN ('speed-test', 'first-epoch', 'epochs')),
  measured_at INTEGER NOT NULL,
  PRIMARY KEY (kind, name, threads, precision, multiply_adds, batch_size)
) STRICT, WITHOUT ROWID;
INSERT INTO speeds SELECT kind, name, threads, precision, multiply_adds, 128, images_per_second, NULL, 'first-epoch', measured_at FROM old_speeds;
DROP TABLE old_speeds;

-- What was forecast when a run started and what it took: how far forecasts may be trusted.
CREATE TABLE forecasts (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id),
  forecast_ms REAL NOT NULL,
  distance REAL NOT NULL,
  measured_ms REAL,
  made_at INTEGER NOT NULL
) STRICT;

-- Validation and test images of one epoch.
ALTER TABLE runs ADD COLUMN evaluation_images INTEGER NOT NULL DEFAULT 0;

-- Hours of the day (minutes since midnight) in which the queue may train, and what happens when it is done.
ALTER TABLE queue_state ADD COLUMN hours_from INTEGER;
ALTER TABLE queue_state ADD COLUMN hours_to INTEGER;
ALTER TABLE queue_state ADD COLUMN hours_end TEXT NOT NULL DEFAULT 'checkpoint' CHECK (hours_end IN ('checkpoint', 'epoch'));
ALTER TABLE queue_state ADD COLUMN when_done TEXT NOT NULL DEFAULT 'nothing' CHECK (when_done IN ('nothing', 'quit', 'sleep'));
