import { AnalysisTables } from './analyses.ts'
import { AttemptTables } from './attempts.ts'
import { CheckpointTable } from './checkpoints.ts'
import { ConfusionTable } from './confusions.ts'
import { StoreDatabase, type Durability } from './database.ts'
import { DiskTables } from './disk.ts'
import { EvaluationTables } from './evaluations.ts'
import { EventTable } from './events.ts'
import { LabelTable } from './labels.ts'
import { MetricTables } from './metrics.ts'
import { QueueTable } from './queue.ts'
import { RemovalTables } from './removal.ts'
import { ResultTables } from './results.ts'
import { RunTable } from './runs.ts'
import { SettingTable } from './settings.ts'
import { SpeedTable } from './speeds.ts'
import { SweepTable } from './sweeps.ts'
import { TemplateTable } from './templates.ts'

/** A workspace's database by table groups. Callers group their writes with {@link Store.write}. */
export class Store {
  readonly #database: StoreDatabase
  readonly sweeps: SweepTable
  readonly runs: RunTable
  readonly queue: QueueTable
  readonly labels: LabelTable
  readonly attempts: AttemptTables
  readonly metrics: MetricTables
  readonly results: ResultTables
  readonly confusions: ConfusionTable
  readonly checkpoints: CheckpointTable
  readonly evaluations: EvaluationTables
  readonly analyses: AnalysisTables
  readonly events: EventTable
  readonly speeds: SpeedTable
  readonly templates: TemplateTable
  readonly settings: SettingTable
  readonly removal: RemovalTables
  readonly disk: DiskTables

  /** @param file path of `skiplab.db`, made if there is none; `:memory:` for tests */
  constructor(file: string) {
    this.#database = new StoreDatabase(file)
    const { db } = this.#database
    this.sweeps = new SweepTable(db)
    this.results = new ResultTables(db)
    this.runs = new RunTable(db, this.results)
    this.queue = new QueueTable(db)
    this.labels = new LabelTable(db)
    this.attempts = new AttemptTables(db)
    this.metrics = new MetricTables(db, this.results)
    this.confusions = new ConfusionTable(db)
    this.checkpoints = new CheckpointTable(db)
    this.evaluations = new EvaluationTables(db)
    this.analyses = new AnalysisTables(db)
    this.events = new EventTable(db)
    this.speeds = new SpeedTable(db)
    this.templates = new TemplateTable(db)
    this.settings = new SettingTable(db)
    this.removal = new RemovalTables(db)
    this.disk = new DiskTables(db)
  }

  /** Runs `work` in one transaction; an exception rolls it back. */
  write<T>(durability: Durability, work: () => T): T {
    return this.#database.write(durability, work)
  }

  close(): void {
    this.#database.close()
  }
}
