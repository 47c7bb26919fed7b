-- What a run cost the network: bytes that went to places for it, and bytes of its reports and checkpoints that came back.
ALTER TABLE runs ADD COLUMN sent_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN fetched_bytes INTEGER NOT NULL DEFAULT 0;
