import { z } from 'zod'
import { estimateEvaluationMemory } from '../../evaluation/memory.ts'
import { heldBytes, lesionBatch, lesionWork } from '../../lesions/lesion-plan.ts'
import { lesionModes } from '../../lesions/lesions.ts'
import { blocksOf, sectionsOf } from '../../lesions/sections.ts'
import { nearestName } from '../../nearest-name.ts'
import type { Network } from '../../network/network.ts'
import { mostCheckpoints } from './compared-weights.ts'
import { defineAnalysis } from './define-analysis.ts'
import { lesionsTable } from './lesions-table.ts'

const options = z.strictObject({
  images: z.int().min(1).max(1_000_000).default(2000).meta({
    title: 'Images',
    description: 'images of the split that are classified: the same for all runs of a data set; all where it has fewer',
  }),
  mode: z.enum(lesionModes).default('remove').meta({
    title: 'Lesion',
    description: 'remove: F(x) is left out; swap: the block and the one behind it change places; halve: F(x) is scaled',
  }),
  scale: z.number().gt(0).max(10).default(0.5).meta({
    title: 'Scale of F(x)',
    description: 'what F(x) is multiplied by when it is halved',
  }),
  blocks: z.array(z.string()).max(2000).default([]).meta({
    title: 'Blocks',
    description: 'names of blocks, such as stage1.block2; all where none are given',
  }),
  several: z.int().min(0).max(1000).default(0).meta({
    title: 'Several at once, up to',
    description: 'most lesions at once, of random blocks, at up to ten numbers from 1 on; 0 for single lesions alone',
  }),
  repeats: z.int().min(1).max(100).default(5).meta({
    title: 'Draws',
    description: 'random choices of blocks for each number of lesions at once',
  }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0)
    .meta({ title: 'Seed', description: 'of the random choices' }),
})

const blockSchema = z.strictObject({
  /** "stage2.block1" */
  block: z.string(),
  /** 1 for the first block. */
  position: z.int(),
  /** Share of the images that are classified wrongly, and mean cross-entropy in nats, after the lesion; null where it is not possible. */
  error: z.number().nullable(),
  loss: z.number().nullable(),
  /** Images that were right before the lesion and are wrong behind it, and the other way round. */
  broken: z.int(),
  mended: z.int(),
  /** Why the lesion is not possible; null where it is. */
  hindrance: z.string().nullable(),
})
export type LesionedBlock = z.infer<typeof blockSchema>

const runSchema = z.strictObject({
  runId: z.int(),
  images: z.int(),
  classes: z.int(),
  /** Of the undamaged network on the same images. */
  error: z.number(),
  loss: z.number().nullable(),
  blocks: z.array(blockSchema),
  /** Error of each draw of so many lesions. */
  several: z.array(z.strictObject({ lesions: z.int(), errors: z.array(z.number()) })),
})
export type LesionedRun = z.infer<typeof runSchema>

const result = z.strictObject({ runs: z.array(runSchema) })

/** Error after a lesion of each block, and after several at once. */
export const lesionsAnalysis = defineAnalysis({
  kind: 'lesions',
  title: 'Lesions',
  words:
    'Error of a trained net when a block is removed, swapped with the next or halved, one block after the other and several at once: a ' +
    'residual net survives what breaks a plain one (Veit et al. 2016).',
  seen: [
    'Each bar is the error after a lesion of one block, with everything else as it was trained; beside it stand the undamaged ' +
      'error and chance.',
    'A residual net loses little, because paths remain that go past the block.',
    'A plain net has one path, and a single lesion brings it near chance (Veit et al. 2016).',
  ],
  runs: { min: 1, max: 12 },
  several: mostCheckpoints,
  options,
  result,
  memoryBytes: (networks, { images }) =>
    Math.max(
      ...networks.map((network) => {
        const batch = lesionBatch(network)
        // What goes into the blocks is held once, and once more on its way.
        return Math.round(estimateEvaluationMemory([{ network, images: batch }], images) + 2 * batch * heldBytes(network))
      }),
    ),
  work: (networks, given) => networks.reduce((sum, network) => sum + given.images * lesionWork(network, given), 0),
  problem: (networks, { blocks }) => unknownBlock(networks, blocks),
  table: ({ runs }, names) => lesionsTable(runs, names),
})

function unknownBlock(networks: readonly Network[], wanted: readonly string[]): string | null {
  const known = networks.map((network) => blocksOf(sectionsOf(network)).map(({ block }) => block))
  const empty = known.findIndex((names) => names.length === 0)
  if (empty >= 0) return `${networks[empty]!.name} has no blocks.`
  const names = [...new Set(known.flat())]
  const stranger = wanted.find((name) => !names.includes(name))
  if (stranger === undefined) return null
  const meant = nearestName(stranger, names)
  return `No block is called "${stranger}"; ${meant ? `did you mean ${meant}?` : `there are ${names[0]} to ${names.at(-1)}.`}`
}
