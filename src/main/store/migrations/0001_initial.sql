CREATE TABLE sweeps (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sweep TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE devices (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  threads INTEGER NOT NULL,
  precision TEXT NOT NULL,
  UNIQUE (kind, name, threads, precision)
) STRICT;

CREATE TABLE environments (
  id INTEGER PRIMARY KEY,
  versions TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  sweep_id INTEGER REFERENCES sweeps (id),
  name TEXT NOT NULL,
  settings TEXT NOT NULL,
  settings_hash TEXT NOT NULL,
  family TEXT NOT NULL,
  n INTEGER NOT NULL,
  shortcut TEXT NOT NULL,
  seed INTEGER NOT NULL,
  dataset TEXT NOT NULL,
  recipe TEXT NOT NULL,
  parameter_count INTEGER NOT NULL,
  multiply_adds INTEGER NOT NULL,
  total_steps INTEGER NOT NULL,
  total_epochs INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'paused', 'running', 'finished', 'diverged', 'failed', 'cancelled', 'interrupted', 'held')),
  reason TEXT,
  priority INTEGER NOT NULL,
  position REAL NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  device_id INTEGER REFERENCES devices (id),
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  trained_ms REAL NOT NULL DEFAULT 0,
  last_epoch INTEGER,
  best_epoch INTEGER,
  best_error REAL
) STRICT;
CREATE INDEX runs_by_queue ON runs (state, priority DESC, position, id);
CREATE INDEX runs_by_hash ON runs (settings_hash, state);
CREATE INDEX runs_by_design ON runs (family, n, seed);

CREATE TABLE sweep_runs (
  sweep_id INTEGER NOT NULL REFERENCES sweeps (id),
  place INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  reused INTEGER NOT NULL CHECK (reused IN (0, 1)),
  PRIMARY KEY (sweep_id, place),
  UNIQUE (sweep_id, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sweep_runs_by_run ON sweep_runs (run_id);

-- One row for each time that a worker was started for a run.
CREATE TABLE attempts (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  attempt INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  pid INTEGER,
  device_id INTEGER REFERENCES devices (id),
  environment_id INTEGER REFERENCES environments (id),
  resumed_from_step INTEGER,
  compile_ms REAL,
  load_ms REAL,
  outcome TEXT,
  reason TEXT,
  exit_code INTEGER,
  signal TEXT,
  last_words TEXT,
  PRIMARY KEY (run_id, attempt)
) STRICT, WITHOUT ROWID;

-- The worker that may write to a run; gone as soon as the run is not running.
CREATE TABLE leases (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id),
  attempt INTEGER NOT NULL,
  pid INTEGER,
  process_started TEXT
) STRICT;

CREATE TABLE epochs (
  run_id INTEGER NOT NULL REFERENCES runs (id),
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
  finished_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE step_samples (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  step INTEGER NOT NULL,
  loss REAL,
  gradient_norm REAL,
  learning_rate REAL NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer_statistics (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  epoch INTEGER NOT NULL,
  place INTEGER NOT NULL,
  layer TEXT NOT NULL,
  mean REAL NOT NULL,
  std REAL NOT NULL,
  PRIMARY KEY (run_id, epoch, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  file TEXT NOT NULL,
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  error REAL,
  attempt INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  rejected TEXT,
  PRIMARY KEY (run_id, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  run_id INTEGER REFERENCES runs (id),
  at INTEGER NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
  kind TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_run ON events (run_id, id);

-- Training speeds of this machine, from which forecasts are made.
CREATE TABLE speeds (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  threads INTEGER NOT NULL,
  precision TEXT NOT NULL,
  multiply_adds INTEGER NOT NULL,
  images_per_second REAL NOT NULL,
  measured_at INTEGER NOT NULL,
  PRIMARY KEY (kind, name, threads, precision, multiply_adds)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  paused INTEGER NOT NULL CHECK (paused IN (0, 1))
) STRICT;
INSERT INTO queue_state (id, paused) VALUES (1, 0);
