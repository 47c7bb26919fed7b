/** Tables that runs can be exported as: a row an epoch, a logged step, a layer and epoch, or a run. */
export const csvTables = ['epochs', 'steps', 'layers', 'runs'] as const
export type CsvTable = (typeof csvTables)[number]
