import { depthName, runsByNetwork } from '../analysis/depth-results.ts'
import { groupByExperiment } from '../analysis/experiment.ts'
import { moreSeeds } from '../analysis/more-seeds.ts'
import { presentSize } from '../data/dataset-sizes.ts'
import { depthOf, designAt, type NetworkDesign, widthsOf, settingsOf } from '../network/design.ts'
import type { Family } from '../network/families/families.ts'
import type { RunSummary } from '../records/records.ts'
import type { Sweep } from '../sweep/sweep.ts'
import type { FigureChoice } from './gallery.ts'
import type { RunFigure } from './run-figures.ts'

/** All runs of one network, those of a figure that has it among them. */
export interface GalleryNetwork {
  /** "residual-56 A". */
  readonly name: string
  readonly design: NetworkDesign
  /** Its finished runs, one a seed. */
  readonly runs: readonly RunSummary[]
  /** Runs that wait or train. */
  readonly toCome: number
  /** Whether it is drawn. */
  readonly shown: boolean
}

/** Which runs a figure is drawn from, and what it lacks. */
export interface ChosenRuns {
  readonly figure: RunFigure
  /** Label of the experiment; null where no run fits. */
  readonly experiment: string | null
  /** Labels of all that fit, the best first. */
  readonly experiments: readonly string[]
  readonly networks: readonly GalleryNetwork[]
  /** Networks that the paper has and this experiment has not finished: "plain-56", "residual-110 A (2 to come)". */
  readonly missing: readonly string[]
  /** Queues them; null where nothing is missing, or it is to come. */
  readonly sweep: Sweep | null
}

/**
 * Finds the runs of a figure: of the experiments that fit, the one that has most of the paper's networks, then most networks, then the
 * newest run. In it the paper's depths, or all depths of a family where it has fewer than two of these.
 * @param choice what a person chose instead
 * @param datasets names of those present, of which any size does for the first runs
 */
export function chooseRuns(
  figure: RunFigure,
  runs: readonly RunSummary[],
  choice: FigureChoice = {},
  datasets: readonly string[] = [],
): ChosenRuns {
  const fitting = groupByExperiment(runs.filter((run) => !run.archived && isOfFigure(figure, run)))
    .filter((experiment) => experiment.runs.some(({ state }) => state === 'finished'))
    .map((experiment) => ({ ...experiment, rank: rankOf(figure, experiment.runs) }))
    .sort((a, b) => compareRanks(b.rank, a.rank))
  const chosen = fitting.find(({ label }) => label === choice.experiment) ?? fitting[0]
  if (!chosen)
    return {
      figure,
      experiment: null,
      experiments: [],
      networks: [],
      missing: figure.wanted.flatMap(namesOf),
      sweep: firstSweep(figure, datasets),
    }
  const all = runsByNetwork(chosen.runs).map((group) => networkOf(group))
  const finished = all.filter((network) => network.runs.length > 0)
  const usual = usualNetworks(figure, finished)
  const shown = new Set(choice.networks ?? usual.map(({ name }) => name))
  const absent = absentNetworks(figure, all, finished)
  return {
    figure,
    experiment: chosen.label,
    experiments: fitting.map(({ label }) => label),
    networks: finished.map((network) => ({ ...network, shown: shown.has(network.name) })),
    missing: absent.map(({ name, toCome }) => (toCome > 0 ? `${name} (${toCome} to come)` : name)),
    sweep: missingSweep(
      figure,
      chosen.runs,
      finished,
      absent.filter(({ toCome }) => toCome === 0).map(({ design }) => design),
    ),
  }
}

/** The finished runs that a figure is drawn from. */
export function drawnRuns({ networks }: ChosenRuns): RunSummary[] {
  return networks.flatMap((network) => (network.shown ? network.runs : []))
}

function isOfFigure({ architecture, wanted }: RunFigure, { settings, imported }: RunSummary): boolean {
  const { network } = settings
  if (imported || (architecture !== null && network.architecture !== architecture)) return false
  return architecture === null || wanted.some(({ family }) => family === network.family)
}

function rankOf({ wanted, dataset }: RunFigure, runs: readonly RunSummary[]): readonly number[] {
  const finished = runsByNetwork(runs.filter(({ state }) => state === 'finished')).map(([first]) => first!.settings.network)
  const families = new Set(finished.map(({ family }) => family))
  return [
    finished.filter((network) => wanted.some(({ family, depths }) => family === network.family && depths.includes(depthOf(network))))
      .length,
    wanted.filter(({ family }) => families.has(family)).length,
    finished.length,
    runs[0]!.settings.dataset.name === dataset ? 1 : 0,
    Math.max(...runs.map(({ id }) => id)),
  ]
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at])
  return index < 0 ? 0 : a[index]! - b[index]!
}

function networkOf(group: readonly RunSummary[]): Omit<GalleryNetwork, 'shown'> {
  const design = group[0]!.settings.network
  return {
    name: depthName(design),
    design,
    runs: group.filter(({ state, lastEpoch }) => state === 'finished' && lastEpoch !== null),
    toCome: group.filter(({ state }) => ['waiting', 'running', 'interrupted', 'paused'].includes(state)).length,
  }
}

type Known = Omit<GalleryNetwork, 'shown'>

function usualNetworks(figure: RunFigure, networks: readonly Known[]): Known[] {
  const kinds =
    figure.architecture === null ? [...new Set(networks.map(({ design }) => design.family))] : figure.wanted.map(({ family }) => family)
  return kinds.flatMap((family) => {
    const own = ofVariant(networks, family, figure.architecture === null)
    const depths = figure.wanted.find((one) => one.family === family)?.depths ?? []
    const ofPaper = own.filter(({ design }) => depths.includes(depthOf(design)))
    if (figure.architecture === null) return own
    if (ofPaper.length >= Math.min(2, depths.length)) return figure.id === 'figure-6' ? own : ofPaper
    return figure.twoDepths && own.length > 2 ? [own[0]!, own.at(-1)!] : own
  })
}

/** A family's networks by depth; of several shortcut options one, A before the others, as in the paper's figures. */
function ofVariant(networks: readonly Known[], family: Family, all: boolean): Known[] {
  const own = networks.filter(({ design }) => design.family === family).sort((a, b) => depthOf(a.design) - depthOf(b.design))
  const options = own.map(({ design }) => design.shortcut).sort()
  return all || family === 'plain' ? own : own.filter(({ design }) => design.shortcut === options[0])
}

function absentNetworks(figure: RunFigure, all: readonly Known[], finished: readonly Known[]): Known[] {
  const [model] = finished
  if (!model) return []
  const residual = finished.find(({ design }) => design.family !== 'plain')?.design
  const { architecture, inputShape, classes } = model.design
  return figure.wanted.flatMap(({ family, depths }) =>
    depths.flatMap((depth): Known[] => {
      if (finished.some(({ design }) => design.family === family && depthOf(design) === depth)) return []
      const known = all.find(({ design }) => design.family === family && depthOf(design) === depth)
      if (known) return [known]
      // Another layout has no such depth.
      if (figure.architecture === null && architecture !== 'cifar') return []
      const shortcut = residual?.shortcut ?? 'A'
      const point = {
        family,
        depth,
        shortcut,
        widths: widthsOf(model.design),
        inputShape,
        classes,
        settings: settingsOf(residual ?? model.design),
      }
      const design = designAt(architecture, point)
      return [{ name: depthName(design), design, runs: [], toCome: 0 }]
    }),
  )
}

function namesOf({ family, depths }: RunFigure['wanted'][number]): string[] {
  return depths.map((depth) => `${family}-${depth}`)
}

/** Gives the missing networks as many seeds as those that are there have. */
function missingSweep(
  figure: RunFigure,
  runs: readonly RunSummary[],
  finished: readonly Known[],
  absent: readonly NetworkDesign[],
): Sweep | null {
  const [model] = runs
  if (!model || absent.length === 0) return null
  const seeds = Math.max(1, ...finished.map((network) => network.runs.length))
  const wanted = absent.map((network, index) => ({
    ...model,
    id: -1 - index,
    state: 'cancelled' as const,
    settings: { ...model.settings, network },
    settingsHash: `missing ${index}`,
  }))
  return { ...moreSeeds(wanted, seeds).sweep, name: sweepName(figure) }
}

function firstSweep(figure: RunFigure, datasets: readonly string[]): Sweep {
  const [first, ...others] = figure.wanted
  const depths = [...new Set(figure.wanted.flatMap((one) => one.depths))].sort((a, b) => a - b)
  const exclude = [first!, ...others].flatMap(({ family, depths: own }) =>
    depths.filter((depth) => !own.includes(depth)).map((depth) => ({ family, depth })),
  )
  return {
    ...figure.sweep,
    dataset: presentSize(figure.sweep.dataset, datasets),
    name: sweepName(figure),
    set: {},
    families: figure.wanted.map(({ family }) => family),
    depths,
    seeds: 1,
    priority: 0,
    ...(exclude.length > 0 && { exclude }),
  }
}

function sweepName({ name }: RunFigure): string {
  return `${name}: missing runs`
}
