import { describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../../../../../src/common/data/import-options.ts'
import { chooseImages } from '../../../../../../src/main/data/providers/image-folder/choose.ts'
import { resolveLinks } from '../../../../../../src/main/data/providers/image-folder/links.ts'
import type { Listing } from '../../../../../../src/main/data/providers/image-folder/listing.ts'
import { findTree } from '../../../../../../src/main/data/providers/image-folder/tree.ts'
import { ProblemList } from '../../../../../../src/main/data/providers/problem-list.ts'
import { treePaths } from '../../../../../support/image-tree.ts'

function listing(paths: readonly string[], more: Partial<Listing> = {}): Listing {
  const folders = new Set(
    paths.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, at, parts) => parts.slice(0, at + 1).join('/')),
    ),
  )
  return { images: paths.map((path) => ({ path, source: path })), folders: [...folders], others: [], unfollowed: [], oddNames: 0, ...more }
}

/** Classes, paths by split, notes and problems of what the paths say. */
function read(paths: readonly string[], options: ImportOptions = {}, more: Partial<Listing> = {}) {
  const problems = new ProblemList()
  const tree = findTree(listing(paths, more), problems)
  const choice = tree && chooseImages(tree, options, problems)
  const splits = Object.fromEntries([...(choice?.splits ?? [])].map(([split, images]) => [split, images.flat().map(({ path }) => path)]))
  return { classes: choice?.classes ?? [], splits, notes: choice?.notes ?? [], problems: problems.first, count: problems.count }
}

const classes = ['cat', 'dog']

describe('folders of images', () => {
  it.each([
    ['train and test', { train: 2, test: 1 }, ''],
    ['all three splits under other names', { Training: 2, Valid: 1, testing: 1 }, ''],
    ['folders above', { train: 2, test: 1 }, 'a/b/'],
  ])('folders of images are read by %s', (_, counts, prefix) => {
    const { classes: found, splits, problems, notes } = read(treePaths(classes, counts).map((path) => prefix + path))
    expect(found).toEqual(classes)
    expect(splits['train']).toHaveLength(4)
    expect(splits['test']).toHaveLength(2)
    expect(splits['validation'] !== undefined).toBe('Valid' in counts)
    expect([...problems, ...notes]).toEqual([])
  })

  it('folders of images have val serve as test where there is no test, and say so', () => {
    const { splits, notes } = read(treePaths(classes, { train: 2, val: 1 }))
    expect(Object.keys(splits)).toEqual(['train', 'test'])
    expect(notes).toEqual(['There is no test split: val serves as test.'])
  })

  it('folders of images number their classes by code point, and take images deeper in a class for its own', () => {
    const { classes: found, splits } = read([
      ...['train', 'test'].flatMap((split) => ['é', 'Z', '鳥', 'a', '\u{1f426}'].map((name) => `${split}/${name}/1.png`)),
      'train/a/more/2.png',
    ])
    expect(found).toEqual(['Z', 'a', 'é', '鳥', '\u{1f426}'])
    expect(splits['train']).toContain('train/a/more/2.png')
  })

  it('folders of images take composed and decomposed letters for the same class', () => {
    expect(read(['train/caf\u00e9/1.png', 'test/cafe\u0301/1.png', 'train/b/1.png', 'test/b/1.png'])).toMatchObject({
      classes: ['b', 'caf\u00e9'],
      problems: [],
    })
  })

  it.each([
    ['a share of each class', 0.3, 7],
    ['at least one image', 0.01, 9],
  ])('folders of images are divided by the seed where there are no splits: %s', (_, testShare, train) => {
    const paths = classes.flatMap((name) => Array.from({ length: 10 }, (_, index) => `photos/${name}/${index}.jpg`))
    const first = read(paths, { testShare })
    expect(first.splits['train']).toHaveLength(2 * train)
    expect([...first.splits['train']!, ...first.splits['test']!].sort()).toEqual([...paths].sort())
    expect(first.notes[0]).toContain(`${testShare * 100} % of each class are test images, drawn with seed 1`)
    expect(read([...paths].reverse(), { testShare }).splits, 'whatever the order').toEqual(first.splits)
    expect(read(paths, { testShare, seed: 2 }).splits, 'another seed draws others').not.toEqual(first.splits)
    const fewer = read(
      paths.filter((path) => !path.endsWith('9.jpg')),
      { testShare },
    ).splits['train']!
    expect(fewer.filter((path) => !first.splits['train']!.includes(path)).length, 'one image less moves few').toBeLessThanOrEqual(2)
  })

  it('folders of images are divided by the seed too where all lie in train', () => {
    expect(read(treePaths(classes, { train: 5 })).splits['test']).toHaveLength(2)
  })

  it('folders of images give the classes asked for in their order, by name or by words for it', () => {
    const paths = treePaths(['n01440764', 'n02102040', 'n03028079'], { train: 3, val: 2 })
    const { classes: found, splits } = read(paths, { classes: ['church', 'n01440764'], perClass: 2, testPerClass: 1 })
    expect(found).toEqual(['n03028079', 'n01440764'])
    expect(splits['train']).toHaveLength(4)
    expect(splits['test']!.map((path) => path.split('/')[1])).toEqual(['n03028079', 'n01440764'])
  })

  it('folders of images are left out where a class has no image in any split, and this is told', () => {
    const {
      classes: found,
      notes,
      problems,
    } = read(
      treePaths(classes, { train: 1, test: 1 }),
      {},
      {
        folders: ['train', 'test', 'train/cat', 'train/dog', 'test/cat', 'test/dog', 'train/emu', 'test/emu'],
      },
    )
    expect(found).toEqual(classes)
    expect(notes).toEqual(['Left out, since without images: emu.'])
    expect(problems).toEqual([])
  })

  it.each<[string, string[], ImportOptions, RegExp]>([
    [
      'a class without test images',
      [...treePaths(classes, { train: 1, test: 1 }), 'train/emu/1.png'],
      {},
      /class emu has no test images: give it images/,
    ],
    [
      'a class that is spelt otherwise',
      [...treePaths(classes, { train: 1, test: 1 }), 'train/Emu/1.png', 'test/emu/1.png'],
      {},
      /class Emu has no test images: is it emu\?/,
    ],
    [
      'images beside the classes',
      [...treePaths(classes, { train: 1, test: 1 }), 'train/1.png'],
      {},
      /train\/1\.png lies in no class's folder/,
    ],
    [
      'a split without classes',
      [...treePaths(classes, { train: 1 }), ...Array.from({ length: 9 }, (_, at) => `val/${at}.png`)],
      {},
      /val\/ holds 9 images that lie in no class's folder, such as val\/0\.png/,
    ],
    [
      'several trees',
      treePaths(classes, { 'a/train': 1, 'b/train': 1 }),
      {},
      /train, val or test lie in more than one folder \(a\/, b\/\)/,
    ],
    ['two names for a split', treePaths(classes, { train: 1, val: 1, valid: 1 }), {}, /val\/ and valid\/ name the same split/],
    ['one class', treePaths(['cat'], { train: 2, test: 1 }), {}, /at least two classes with images, got cat/],
    ['all in one folder', ['x/1.png', 'x/2.png'], {}, /all 2 images lie in one folder \(x\/\)/],
    ['nothing', [], {}, /expected images in train\/<class>\/ .* got nothing/],
    ['only a test split', treePaths(classes, { test: 1 }), {}, /no training images/],
    [
      'a class that is not there',
      treePaths(classes, { train: 1, test: 1 }),
      { classes: ['cat', 'dogs'] },
      /no class "dogs"; did you mean "dog"\?/,
    ],
    ['a class named twice', treePaths(classes, { train: 1, test: 1 }), { classes: ['cat', 'cat'] }, /"cat" was named twice/],
    ['a share where there are splits', treePaths(classes, { train: 1, test: 1 }), { testShare: 0.5 }, /divided into splits already/],
    ['a single image to divide', ['x/cat/1.png', 'x/dog/1.png', 'x/dog/2.png'], {}, /class cat has 1 image: expected at least 2/],
  ])('folders of images are refused with %s', (_, paths, options, message) => {
    expect(read(paths, options).problems.join('\n')).toMatch(message)
  })

  it('folders of images have all their problems told, of many the number', () => {
    const { problems, count } = read([
      ...treePaths(classes, { train: 1, test: 1 }),
      ...Array.from({ length: 1030 }, (_, at) => `train/x${at}/1.png`),
    ])
    expect([problems.length, count]).toEqual([1000, 1030])
  })
})

describe('links between images', () => {
  const files = ['all/1.png', 'all/2.png', 'train/cat/0.png']
  const follow = (path: string, target: string | null, more: [string, string][] = []) =>
    resolveLinks(
      [
        { path, otherwise: 'a symbolic link', target },
        ...more.map(([from, to]) => ({ path: from, otherwise: 'a symbolic link', target: to })),
      ],
      files,
    )

  it('links between images give a file a second path, and each file of a folder', () => {
    expect(follow('train/cat/1.png', 'all/1.png').aliases).toEqual([{ path: 'train/cat/1.png', source: 'all/1.png' }])
    expect(follow('train/dog', 'all').aliases).toEqual([
      { path: 'train/dog/1.png', source: 'all/1.png' },
      { path: 'train/dog/2.png', source: 'all/2.png' },
    ])
  })

  it('links between images may lead to other links, as far as they end', () => {
    expect(follow('train/dog', 'latest', [['latest', 'all']]).aliases).toHaveLength(4)
    expect(follow('a', 'b', [['b', 'a']]).unfollowed).toHaveLength(2)
  })

  it.each([
    ['outside', 'train/cat/1.png', null, 'that leads outside or nowhere'],
    ['to itself', 'train/cat/more', 'train/cat', 'that leads back to itself'],
    ['to nothing', 'train/cat/1.png', 'gone.png', 'to no image'],
  ])('links between images are refused where they lead %s', (_, path, target, why) => {
    expect(follow(path, target)).toEqual({ aliases: [], unfollowed: [{ path, why: `a symbolic link ${why}` }] })
  })
})
