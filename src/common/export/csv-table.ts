/**
 * Tables that runs can be exported as: a row an epoch, a logged step, a layer and epoch, a run, a measured value, a test of runs, a class
 * of a run.
 */
export const csvTables = ['epochs', 'steps', 'layers', 'runs', 'results', 'evaluations', 'classes'] as const
export type CsvTable = (typeof csvTables)[number]
