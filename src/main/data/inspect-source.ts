import { basename } from 'node:path'
import { datasetNameSchema } from '../../common/data/dataset.ts'
import type { ImportOptions } from '../../common/data/import-options.ts'
import type { Inspection } from '../../common/data/inspection.ts'
import type { DatasetProgress } from '../../common/records/records.ts'
import { importImage } from './decode/import-image.ts'
import { Census } from './providers/image-folder/census.ts'
import { type ImagePlan, planImages } from './providers/image-folder/image-folder.ts'
import { readImages } from './providers/image-folder/read-images.ts'

/** Images that are decoded for their sizes where only names are read. */
const sampledImages = 40

export interface InspectOptions {
  /** Decode every image, so that all problems are found; otherwise names tell, and some images. */
  readonly images: boolean
  readonly importOptions?: ImportOptions
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Omit<DatasetProgress, 'dataset'>) => void
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
  if (plan.known || plan.idx) return knownInspection(from, plan)
  const looked = images ? await lookAtAll(plan, importOptions, signal, onProgress) : await lookAtSome(plan, signal)
  return {
    form: plan.input.kind === 'folder' ? 'Folder of images' : 'Archive of images',
    name: nameFor(from),
    takesOptions: true,
    classes: classesOf(plan),
    sizes: looked.census.sizes,
    problems: [...plan.problems.first, ...looked.problems].slice(0, 20),
    problemCount: plan.problems.count + looked.problemCount,
    notes: [...plan.notes, ...looked.census.notes],
    checked: images ? 'images' : 'names',
  }
}

/** What has no image files: archives that are known by name, and the files of MNIST and those like it. */
function knownInspection(from: string, { known, problems }: ImagePlan): Inspection {
  return {
    form: known ? known.form : 'IDX files of images and labels',
    name: known ? known.name : nameFor(from),
    takesOptions: false,
    classes: [],
    sizes: null,
    // That it is known by name is no problem once it is named so.
    problems: known ? [] : [...problems.first],
    problemCount: known ? 0 : problems.count,
    notes: [known ? `It is added under its own name, ${known.name}.` : 'Classes are named by their labels.'],
    checked: 'names',
  }
}

interface Look {
  readonly census: Census
  readonly problems: readonly string[]
  readonly problemCount: number
}

async function lookAtAll(
  plan: ImagePlan,
  { size }: ImportOptions,
  signal: AbortSignal | undefined,
  onProgress: (progress: Omit<DatasetProgress, 'dataset'>) => void,
): Promise<Look> {
  const { census, problems } = await readImages({
    ...plan,
    // Small is quick, and finds damage as well.
    side: typeof size === 'number' ? size : 8,
    mustBe: null,
    signal,
    onProgress: (done, total) => onProgress({ step: 'checking images', done, total, unit: 'images' }),
    store: null,
  })
  return { census, problems: problems.first, problemCount: problems.count }
}

async function lookAtSome({ input, positions }: ImagePlan, signal?: AbortSignal): Promise<Look> {
  const census = new Census()
  let left = sampledImages
  if (positions.size === 0) return { census, problems: [], problemCount: 0 }
  for await (const file of input.files(signal)) {
    const position = positions.get(file.path)?.[0]
    if (!position) continue
    const encoded = await file.content()
    const image = await importImage(encoded, 8).catch(() => null)
    if (image) census.addSize(image)
    if (--left === 0) break
  }
  return { census, problems: [], problemCount: 0 }
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
