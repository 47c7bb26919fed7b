import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../../../src/common/data/import-options.ts'
import { addDataset } from '../../../../src/main/data/add-dataset.ts'
import { requireAsAsked } from '../../../../src/main/data/present-dataset.ts'
import { cifar10Provider } from '../../../../src/main/data/providers/cifar10/cifar10.ts'
import { photoProviders } from '../../../../src/main/data/providers/imagenette/imagenette.ts'
import { listDatasets } from '../../../../src/main/data/stored/dataset-folder.ts'
import { writeTree } from '../../../support/cifar-fixtures.ts'
import { expectFailure } from '../../../support/expect-failure.ts'
import { photos, treePaths } from '../../../support/image-tree.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const providers = [
  ...photoProviders([{ name: 'imagenette-160', title: 'Imagenette, 160 px', url: 'http://127.0.0.1:9/x.tgz', md5: '' }]),
  cifar10Provider(),
]

/** A folder of photographs, and what adds them to an empty workspace. */
async function photographs() {
  const root = await temporaryFolder()
  await writeTree(join(root, 'in'), await photos(treePaths(['n01440764', 'n02102040'], { train: 2, val: 1 })))
  const add = (name: string, importOptions: ImportOptions = {}, known?: string) =>
    addDataset(name, join(root, 'in'), join(root, 'datasets'), { providers, importOptions, known })
  return { root, add }
}

describe('a data set that is there already', () => {
  it('is taken as it is by who asks for nothing else, and otherwise refused with what is stored', async () => {
    const { add } = await photographs()
    const stored = await add('imagenette-160', { size: 16, perClass: 1 })
    expect(stored.asked).toEqual({ options: { size: 16, perClass: 1 } })
    expect(await add('imagenette-160')).toEqual(stored)
    expect(await add('imagenette-160', { size: 16, classes: ['tench', 'n02102040'], seed: 1, perClass: 1 }), 'in other words').toEqual(
      stored,
    )
    await expectFailure(
      add('imagenette-160', { size: 128, classes: ['n02102040', 'n01440764'], seed: 2, testPerClass: 1, testShare: 0.5 }),
      'bad-input',
      'imagenette-160 is here already and differs from what was asked for: size 16x16, asked for 128; classes n01440764, n02102040, ' +
        'asked for n02102040, n01440764; test images of a class all, asked for 1; share of test images 0.2, asked for 0.5; seed 1, asked ' +
        'for 2. Nothing was changed. Add it under another name to have both (a known data set with --as NAME), or first remove this one: ' +
        'npx skiplab data remove imagenette-160',
    )
    await expectFailure(add('imagenette-160', { size: 'keep' }), 'bad-input', 'size 16x16, asked for keep')
  })

  it('is one of another size beside it where it is stored under another name', async () => {
    const { root, add } = await photographs()
    const stored = await add('nette-32', { size: 32 }, 'imagenette-160')
    expect(stored).toMatchObject({
      name: 'nette-32',
      title: 'Imagenette, 160 px (nette-32)',
      image: { height: 32, width: 32 },
      asked: { known: 'imagenette-160', options: { size: 32 } },
    })
    expect(await add('nette-32', {}, 'imagenette-160')).toEqual(stored)
    expect((await listDatasets(join(root, 'datasets'))).map(({ manifest }) => manifest.name)).toContain('nette-32')
    await add('own', { size: 8 })
    await expectFailure(add('own', {}, 'imagenette-160'), 'bad-input', 'data set another, asked for imagenette-160')
  })

  it('is taken as drawn as asked for where an earlier version stored it, which does not tell', async () => {
    const { add } = await photographs()
    const { asked: _, ...earlier } = await add('drawn', { size: 8, perClass: 1 })
    expect(() => requireAsAsked(earlier, { options: { size: 8, perClass: 1, seed: 4 } })).not.toThrow()
    expect(() => requireAsAsked(earlier, { options: { size: 16, perClass: 1 } })).toThrow('size 8x8, asked for 16')
  })

  it.each([
    ['nette', 'imagenete-160', 'No data set is called "imagenete-160"; did you mean imagenette-160?'],
    ['cifar10', 'imagenette-160', 'cifar10 is the name of another known data set'],
    ['my-cifar', 'cifar10', 'cifar10 is always the same: it has its own name only'],
    ['../out', 'imagenette-160', 'A data set cannot be called "../out"'],
  ])('has no name such as %s for %s', async (name, known, message) => {
    const { add } = await photographs()
    await expectFailure(add(name, {}, known), 'bad-input', message)
  })
})
