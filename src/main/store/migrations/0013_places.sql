-- Places: machines besides this one that runs train on.

-- Place that a run is bound to; NULL: any that is free.
ALTER TABLE runs ADD COLUMN place TEXT;

-- Where an attempt ran; NULL: on this machine.
ALTER TABLE attempts ADD COLUMN place TEXT;

-- The job of a lease at a place. place NULL: a process of this machine. job_handle NULL: not started yet.
ALTER TABLE leases ADD COLUMN place TEXT;
ALTER TABLE leases ADD COLUMN job_handle TEXT;
-- Tag of the workspace that started it: a copy of the workspace must not take it for its own.
ALTER TABLE leases ADD COLUMN job_workspace TEXT;
-- Bytes of the job's file of events that are stored.
ALTER TABLE leases ADD COLUMN job_offset INTEGER NOT NULL DEFAULT 0;
