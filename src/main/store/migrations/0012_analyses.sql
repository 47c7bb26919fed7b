-- Analyses of runs' checkpoints, of one run or of several together. Rows of removed ones stay, so that their numbers are never given away again.
CREATE TABLE analyses (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  -- 'last', 'best' or the number of an epoch; 0: the weights that a run started from.
  checkpoint TEXT NOT NULL,
  split TEXT NOT NULL,
  -- JSON object, every option of the kind in its order.
  options TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'finished', 'failed', 'cancelled')),
  reason TEXT,
  -- Attempts that were started, and those that failed since a person asked for it.
  attempt INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  -- The worker of a running one, so that an engine that comes later can end it.
  pid INTEGER,
  process_started TEXT,
  memory_bytes INTEGER NOT NULL,
  device_id INTEGER REFERENCES devices (id),
  -- JSON as the kind's schema says; NULL until it has finished.
  result TEXT,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  removed_at INTEGER
) STRICT;
CREATE INDEX analyses_open ON analyses (state) WHERE state IN ('waiting', 'running');

-- The runs that are analysed, and of each the analysed checkpoint: its epoch (0: initial weights, or not trained here) and the hash of its file. NULL before the start; initial weights have no hash.
CREATE TABLE analysis_members (
  analysis_id INTEGER NOT NULL REFERENCES analyses (id),
  position INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  epoch INTEGER,
  checkpoint_sha256 TEXT,
  PRIMARY KEY (analysis_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX analysis_members_run ON analysis_members (run_id);
