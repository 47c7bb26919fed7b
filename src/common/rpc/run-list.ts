import { deviceSchema } from '../device.ts'
import { z } from 'zod'
import { recipeSchema } from '../training/recipe.ts'
import { runSettingsSchema } from '../training/run-settings.ts'
import { type RunSummary, runSummarySchema } from '../records/records.ts'

/** Where in its list what a run shares with others stands, from 0. */
const index = z.int().min(0)
const { network, dataset, seed, initialWeights } = runSettingsSchema.shape

/**
 * Many runs on the wire. What they share is sent and checked once: ten thousand runs have a handful of networks, recipes and
 * devices, which would be two thirds of the message.
 */
export const runListSchema = z.strictObject({
  networks: z.array(network),
  datasets: z.array(dataset),
  recipes: z.array(recipeSchema),
  devices: z.array(deviceSchema),
  runs: z.array(
    runSummarySchema
      .omit({ settings: true, device: true })
      .extend({ network: index, dataset: index, recipe: index, seed, initialWeights, device: index.nullable() }),
  ),
  /** Runs that fit the filter, on this page or not. */
  total: z.int(),
})
export type RunList = z.infer<typeof runListSchema>

export function packRuns(runs: readonly RunSummary[], total: number): RunList {
  const [networks, datasets, recipes, devices] = [
    new Distinct<RunList['networks'][0]>(),
    new Distinct<RunList['datasets'][0]>(),
    new Distinct<RunList['recipes'][0]>(),
    new Distinct<RunList['devices'][0]>(),
  ]
  const packed = runs.map(({ settings, device, ...run }) => ({
    ...run,
    network: networks.indexOf(settings.network),
    dataset: datasets.indexOf(settings.dataset),
    recipe: recipes.indexOf(settings.recipe),
    seed: settings.seed,
    ...(settings.initialWeights && { initialWeights: settings.initialWeights }),
    device: device && devices.indexOf(device),
  }))
  return { networks: networks.items, datasets: datasets.items, recipes: recipes.items, devices: devices.items, runs: packed, total }
}

/** The runs of a list, which share their networks, data sets, recipes and devices as objects. */
export function unpackRuns({ networks, datasets, recipes, devices, runs }: RunList): RunSummary[] {
  return runs.map(({ network, dataset, recipe, seed, initialWeights, device, ...run }) => ({
    ...run,
    settings: {
      ...{ network: at(networks, network), dataset: at(datasets, dataset), recipe: at(recipes, recipe), seed },
      ...(initialWeights && { initialWeights }),
    },
    device: device === null ? null : at(devices, device),
  }))
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError(`a list of runs names item ${index} of ${items.length}`)
  return item
}

/** Equal values once, in the order in which they came. */
class Distinct<T extends object> {
  readonly items: T[] = []
  readonly #byObject = new Map<T, number>()
  readonly #byText = new Map<string, number>()

  indexOf(item: T): number {
    // Runs that were read together mostly share the object itself.
    const known = this.#byObject.get(item)
    if (known !== undefined) return known
    const text = JSON.stringify(item)
    const index = this.#byText.get(text) ?? this.items.push(item) - 1
    this.#byText.set(text, index)
    this.#byObject.set(item, index)
    return index
  }
}
