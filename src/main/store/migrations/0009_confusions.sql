-- Which classes a checkpoint took for which: little-endian uint32 triplets of label, predicted class and images.
CREATE TABLE confusions (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  checkpoint TEXT NOT NULL,
  split TEXT NOT NULL,
  protocol TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  counts BLOB NOT NULL,
  PRIMARY KEY (run_id, checkpoint, split, protocol)
) STRICT;
