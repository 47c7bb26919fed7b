-- Networks are found by architecture and depth (weighted layers); n of 6n+2 stays inside a cifar design alone.
ALTER TABLE runs ADD COLUMN architecture TEXT NOT NULL DEFAULT 'cifar';
ALTER TABLE runs ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET depth = 6 * n + 2, settings = json_set(settings, '$.network.architecture', 'cifar');
DROP INDEX runs_by_design;
ALTER TABLE runs DROP COLUMN n;
CREATE INDEX runs_by_design ON runs (depth, family, seed);
