/** Tables that runs can be exported as: a row an epoch, a logged step, a layer and epoch, a run, or a measured value of a run. */
export const csvTables = ['epochs', 'steps', 'layers', 'runs', 'results'] as const
export type CsvTable = (typeof csvTables)[number]
