import { basename } from 'node:path'
import { datasetNameSchema } from '../../common/data/dataset.ts'
import type { ImportOptions } from '../../common/data/import-options.ts'
import type { Inspection } from '../../common/data/inspection.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { DatasetProgress } from '../../common/records/records.ts'
import { builtInProviders } from './add-dataset.ts'
import { importImage } from './decode/import-image.ts'
import type { Input } from './input/input-files.ts'
import { inspectIdx } from './providers/idx/idx-import.ts'
import { Census } from './providers/image-folder/census.ts'
import { type ImagePlan, planImages } from './providers/image-folder/image-folder.ts'
import { readImages } from './providers/image-folder/read-images.ts'
import type { KnownForm } from './providers/known-forms.ts'
import { ProblemList } from './providers/problem-list.ts'
import type { DatasetProvider, SourceContents } from './providers/provider.ts'

/** Images that are decoded for their sizes where only names are read. */
const sampledImages = 40

export interface InspectOptions {
  /** Decode every image, so that all problems are found; otherwise names tell, and some images. */
  readonly images: boolean
  readonly importOptions?: ImportOptions
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Omit<DatasetProgress, 'dataset'>) => void
  readonly providers?: readonly DatasetProvider[]
}

/**
 * What an import would make of a folder or an archive; nothing is written.
 * @param from absolute path
 * @throws SkiplabError not-found when nothing is there; bad-input when it cannot be read; the signal's reason when aborted
 */
export async function inspectSource(from: string, options: InspectOptions): Promise<Inspection> {
  const { images, importOptions = {}, signal, onProgress = () => undefined } = options
  const plan = await planImages(from, importOptions, {
    signal,
    onProgress: (progress) => onProgress({ ...progress, step: 'looking through names' }),
  })
  if (plan.known) return knownInspection(plan.input, plan.known, options)
  if (plan.idx) return idxInspection(plan.input, importOptions, signal)
  const { problems } = plan
  const looked = images ? await lookAtAll(plan, importOptions, signal, onProgress) : await lookAtSome(plan, signal)
  problems.absorb(looked.problems)
  return {
    form: plan.input.kind === 'folder' ? 'Folder of images' : 'Archive of images',
    name: nameFor(from),
    takesOptions: true,
    takesSize: true,
    classes: classesOf(plan),
    sizes: looked.census.sizes,
    problems: [...problems.first],
    problemCount: problems.count,
    notes: [...plan.notes, ...looked.census.notes],
    checked: images ? 'images' : 'names',
  }
}

/** Archives that are known by name. All of them is read, which takes seconds. */
async function knownInspection(input: Input, { name, form }: KnownForm, options: InspectOptions): Promise<Inspection> {
  const { signal, onProgress = () => undefined, providers = builtInProviders } = options
  const contents = await providers.find((provider) => provider.name === name)?.inspect?.(input, { signal, onProgress })
  if (!contents) throw new SkiplabError('bad-input', `${input.location} is ${form}, which cannot be looked through.`)
  const notes = [`It is added under its own name, ${name}.`, ...contents.notes]
  return { ...inspectionOf({ ...contents, notes }), form, name, takesOptions: false }
}

/** The files of MNIST and those like it. */
async function idxInspection(input: Input, options: ImportOptions, signal: AbortSignal | undefined): Promise<Inspection> {
  const contents = await inspectIdx(input, options, signal)
  return { ...inspectionOf(contents), form: 'IDX files of images and labels', name: nameFor(input.location), takesOptions: true }
}

const inspectionOf = ({ classes, size, problems, notes }: SourceContents): Omit<Inspection, 'form' | 'name' | 'takesOptions'> => ({
  takesSize: false,
  classes,
  sizes: size && { smallest: [...size], largest: [...size] },
  problems: [...problems.first],
  problemCount: problems.count,
  notes: [...notes],
  checked: 'images',
})

interface Look {
  readonly census: Census
  readonly problems: ProblemList
}

async function lookAtAll(
  plan: ImagePlan,
  { size }: ImportOptions,
  signal: AbortSignal | undefined,
  onProgress: (progress: Omit<DatasetProgress, 'dataset'>) => void,
): Promise<Look> {
  return readImages({
    ...plan,
    // Small is quick, and finds damage as well.
    side: typeof size === 'number' ? size : 8,
    mustBe: null,
    signal,
    onProgress: (done, total) => onProgress({ step: 'checking images', done, total, unit: 'images' }),
    store: null,
  })
}

async function lookAtSome({ input, positions }: ImagePlan, signal?: AbortSignal): Promise<Look> {
  const census = new Census()
  let left = sampledImages
  const problems = new ProblemList()
  if (positions.size === 0) return { census, problems }
  for await (const file of input.files(signal)) {
    const position = positions.get(file.path)?.[0]
    if (!position) continue
    const encoded = await file.content()
    const image = await importImage(encoded, 8).catch(() => null)
    if (image) census.addSize(image)
    if (--left === 0) break
  }
  return { census, problems }
}

function classesOf({ choice: { classes, splits } }: ImagePlan): Inspection['classes'] {
  const count = (split: 'train' | 'validation' | 'test', label: number) => splits.get(split)?.[label]?.length ?? 0
  return classes.map((name, label) => ({
    name,
    train: count('train', label),
    validation: splits.has('validation') ? count('validation', label) : null,
    test: count('test', label),
  }))
}

/** `Imagenette2 160.tar.gz` gives `imagenette2-160`. */
function nameFor(from: string): string {
  const plain = basename(from)
    .toLowerCase()
    .replace(/\.(tar|tgz|txz|zip|gz|xz)\b/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
  return datasetNameSchema.safeParse(plain).success ? plain : 'images'
}
