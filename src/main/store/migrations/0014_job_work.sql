-- Multiply-adds that a test or an analysis computes, from which its time is forecast; NULL: unknown, as of ensembles and those of earlier versions.
ALTER TABLE evaluations ADD COLUMN work REAL;
ALTER TABLE analyses ADD COLUMN work REAL;
