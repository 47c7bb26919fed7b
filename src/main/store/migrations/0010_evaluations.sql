-- Tests of checkpoints under a protocol: of one run, or of several as an ensemble whose scores are averaged. Rows of removed ones stay, so that their numbers are never given away again.
CREATE TABLE evaluations (
  id INTEGER PRIMARY KEY,
  checkpoint TEXT NOT NULL,
  split TEXT NOT NULL,
  protocol TEXT NOT NULL,
  batch_statistics TEXT NOT NULL,
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
  -- The tested checkpoint: its epoch (0: not trained here) and the hash of its file. NULL before the start and of an ensemble.
  epoch INTEGER,
  checkpoint_sha256 TEXT,
  images INTEGER,
  -- Size and hash of evaluations/<id>.safetensors.
  scores_bytes INTEGER NOT NULL DEFAULT 0,
  scores_sha256 TEXT,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  removed_at INTEGER
) STRICT;
CREATE INDEX evaluations_open ON evaluations (state) WHERE state IN ('waiting', 'running');

-- The runs that are tested. Of an ensemble also the evaluation of each, whose scores are averaged.
CREATE TABLE evaluation_members (
  evaluation_id INTEGER NOT NULL REFERENCES evaluations (id),
  position INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  member_id INTEGER REFERENCES evaluations (id),
  PRIMARY KEY (evaluation_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX evaluation_members_run ON evaluation_members (run_id);
CREATE INDEX evaluation_members_member ON evaluation_members (member_id) WHERE member_id IS NOT NULL;

CREATE TABLE evaluation_results (
  evaluation_id INTEGER NOT NULL REFERENCES evaluations (id),
  metric TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (evaluation_id, metric)
) STRICT, WITHOUT ROWID;
