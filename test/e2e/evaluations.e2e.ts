import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { buildNetwork } from '../../src/common/network/network.ts'
import { elements } from '../../src/common/network/kinds/shape.ts'
import { akamaster } from '../../src/common/weights/habits/akamaster.ts'
import { torchZip } from '../support/weight-files.ts'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { pressEnabled, seriousFindings, view } from './support/story.ts'
import { unreadableText } from './support/text-boxes.ts'

/** Two seeds of the smallest net, which the tests test one after another. */
test.describe('tests of runs', () => {
  const served = servedLab()
  test.beforeAll(async () => {
    const client = await served.lab.engine()
    await client.call('datasets.add', { name: 'shapes-10', from: null })
    await client.call('sweeps.queue', {
      sweep: {
        name: 'Two seeds',
        dataset: 'shapes-10',
        recipe: 'demo',
        families: ['plain'],
        n: [1],
        widths: [[4, 4, 8]],
        seeds: 2,
        set: { epochs: 2, batchSize: 256, statisticsSize: 0, validationSize: 500 },
      },
    })
    const finished = async (): Promise<number> => (await client.call('runs.list', { filter: { states: ['finished'] } })).total
    await expect.poll(finished, { timeout: 2 * patience }).toBe(2)
    client.close()
  })
  test.beforeEach(async ({ page }) => {
    await served.open(page)
  })

  const readable = async (page: Page): Promise<void> => {
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
  }

  test('a run is tested by keys under another protocol, from its page, and its details are shown', async ({ page }) => {
    await page.goto(new URL('/#/runs/1', served.url).href)
    const section = page.getByRole('region', { name: 'Test', exact: true })
    await expect(section.getByRole('row', { name: /^Single view while training Last epoch \(2\)/ })).toBeVisible()
    await pressEnabled(section.getByRole('button', { name: /^Test with another protocol/ }), 'Enter')
    const dialog = page.getByRole('dialog', { name: /^Test plain-8/ })
    await expect(dialog.getByRole('checkbox', { name: /^10-crop/ })).toBeChecked()
    await expect(dialog.getByText(/^about .* on this machine/)).toBeVisible()
    await readable(page)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()

    await section.getByRole('button', { name: /^Test with another protocol/ }).click()
    await pressEnabled(dialog.getByRole('checkbox', { name: /^Multi-scale/ }), 'Space')
    await pressEnabled(dialog.getByRole('radio', { name: 'Training set' }), 'Space')
    await pressEnabled(dialog.getByRole('button', { name: 'Queue 2 tests' }), 'Enter')
    await expect(page.getByText('2 tests queued.')).toBeVisible()
    const link = section.getByRole('link', { name: '10-crop' })
    await expect(link).toBeVisible({ timeout: patience })
    await expect(section.getByRole('link', { name: 'Multi-scale' })).toBeVisible({ timeout: patience })
    await expect(section.getByRole('row', { name: /^10-crop Last \(2\) Training set test \d+\.\d\d / })).toBeVisible()
    await readable(page)

    await link.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Test' })).toBeVisible()
    await expect(
      page.getByRole('heading', { level: 2, name: /^plain-8.*, 10-crop, last checkpoint, training-set statistics$/ }),
    ).toBeVisible()
    await expect(page.getByRole('img', { name: /^Confusion matrix of 10 classes/ })).toBeVisible()
    await expect(page.getByRole('img', { name: /^Accuracy against the score/ })).toBeVisible()
    const wrong = page.getByRole('region', { name: /^Most wrong/ })
    await expect(wrong.getByRole('img', { name: /^Image \d+: .*, taken for / }).first()).toBeVisible()
    await readable(page)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).first().click()
    await page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'CSV', exact: true }).click()
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trimEnd()
      .split('\r\n')
    expect(lines).toHaveLength(1 + 1000)
  })

  test('selected runs are tested as an ensemble, whose gain is told, and two are laid beside each other', async ({ page }) => {
    await view(page, 'Runs')
    await page.getByRole('checkbox', { name: 'Select all' }).click()
    const comparison = page.getByRole('region', { name: 'Comparison of the selected runs' })
    await comparison.getByText('Tests', { exact: true }).click()
    await comparison.getByRole('button', { name: /^Ensemble/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Test 2 runs' })
    await expect(dialog.getByRole('checkbox', { name: /^Ensemble of these 2/ })).toBeChecked()
    await dialog.getByRole('checkbox', { name: /^10-crop/ }).uncheck()
    await dialog.getByRole('checkbox', { name: /^Single view/ }).check()
    await dialog.getByText('Validation', { exact: true }).click()
    await dialog.getByRole('button', { name: 'Queue 3 tests' }).click()
    const table = comparison.getByRole('table', { name: 'Single view, last checkpoint, validation' })
    await expect(table.getByRole('row', { name: /^Ensemble of 2 \d+\.\d\d .*(better|worse|the same)/ })).toBeVisible({ timeout: patience })
    await expect(table.getByRole('row', { name: /^Mean of 2 / })).toBeVisible()
    await readable(page)

    await comparison.getByRole('link', { name: 'Which images only one of the two gets wrong' }).click()
    await expect(page.getByRole('img', { name: /^Difference of two confusion matrices/ })).toBeVisible()
    await expect(page.getByText(/by both, .* by this one alone/)).toBeVisible()
    await expect(page.getByRole('region', { name: /^Only the other gets wrong/ })).toBeVisible()
    await readable(page)
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: 'nothing' })
    await expect(page.getByRole('img', { name: /^Confusion matrix/ })).toBeVisible()
  })

  test('tests wait in the queue, from where they are cancelled, and a result is removed from its run', async ({ page }) => {
    const client = await served.lab.engine()
    await client.call('queue.pause', {})
    await client.call('evaluations.queue', { runIds: [1, 2], protocols: ['centre-crop'], ensemble: true })
    await view(page, 'Queue')
    const tests = page.getByRole('region', { name: /^Tests 3/ })
    await expect(tests.getByRole('row', { name: /^plain-8.* Centre crop, last checkpoint waiting/ }).first()).toBeVisible()
    await readable(page)
    await tests.getByRole('button', { name: 'Cancel all 3 tests' }).click()
    await expect(tests).toHaveCount(0)
    await client.call('queue.resume', {})
    client.close()
    await page.goto(new URL('/#/runs/2', served.url).href)
    const section = page.getByRole('region', { name: 'Test', exact: true })
    const cancelled = section.getByRole('row', { name: /^Centre crop Last .* cancelled on request/ })
    await cancelled.getByRole('button', { name: /^Remove / }).click()
    await expect(cancelled).toHaveCount(0)
  })

  test('a run’s weights are downloaded as an archive with their card', async ({ page }) => {
    await page.goto(new URL('/#/runs/1', served.url).href)
    await page.getByRole('button', { name: 'Weights' }).click()
    const weights = page.getByRole('dialog', { name: 'Weights' })
    await weights.getByLabel('Format').selectOption('ONNX')
    await weights.getByLabel('Checkpoint').selectOption('Best, by validation error')
    await weights.getByLabel('Names of the arrays').selectOption('a-martyn/resnet')
    await readable(page)
    const [download] = await Promise.all([page.waitForEvent('download'), weights.getByRole('button', { name: 'Save weights' }).click()])
    expect(download.suggestedFilename()).toMatch(/^weights-Two-seeds-[-\w.]+-onnx\.zip$/)
    const archive = readFileSync(await download.path(), 'latin1')
    expect(archive.startsWith('PK')).toBe(true)
    for (const part of ['stack2a.conv1.weight', 'onnxruntime.InferenceSession', 'Differs from the paper in'])
      expect(archive).toContain(part)
    await expect(page.getByText('also stays in the workspace’s exports')).toBeVisible()
  })

  test('a run’s weights become the start of a sweep, which can be changed or drawn again', async ({ page }) => {
    await page.goto(new URL('/#/runs/1', served.url).href)
    await page.getByRole('link', { name: 'Fine-tune' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Design' })).toBeVisible()
    const start = page.getByLabel('Start from', { exact: true })
    await expect(start).toHaveValue('1')
    await page.getByRole('combobox', { name: 'Checkpoint to start from' }).selectOption('best epoch')
    await expect(page.locator('dd', { hasText: /weights of plain-8.*\(run 1, / })).toBeVisible()
    await readable(page)
    await start.selectOption('drawn weights')
    await expect(page.getByText(/weights of plain-8/)).toHaveCount(0)
    expect(new URL(page.url()).hash).toBe('#/design')
  })

  test('a run is analysed from its page, on which the analysis stays', async ({ page }) => {
    await page.goto(new URL('/#/runs/1', served.url).href)
    const section = page.getByRole('region', { name: 'Analyses', exact: true })
    await section.getByRole('button', { name: 'Analyse …' }).click()
    const dialog = page.getByRole('dialog', { name: /^Analyse plain-8/ })
    await dialog.getByRole('radio', { name: /^Lesions/ }).check()
    await readable(page)
    await pressEnabled(dialog.getByRole('button', { name: 'Analyse', exact: true }), 'Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Analysis' })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'One lesion at a time' })).toBeVisible({ timeout: patience })
    await page.getByText('All blocks as a table').click()
    await expect(page.getByRole('table', { name: 'Error by block' }).getByRole('row', { name: /stage1\.block1/ })).toBeVisible()
    await readable(page)
    await page.goto(new URL('/#/runs/1', served.url).href)
    await expect(section.getByRole('row', { name: /^Lesions .* finished/ })).toBeVisible()
  })

  test('a run is analysed through its epochs, which the page plays on one axis', async ({ page }) => {
    await page.goto(new URL('/#/runs/1', served.url).href)
    await page.getByRole('region', { name: 'Analyses', exact: true }).getByRole('button', { name: 'Analyse …' }).click()
    const dialog = page.getByRole('dialog', { name: /^Analyse plain-8/ })
    await dialog.getByText('Of an epoch', { exact: true }).click()
    const epochs = dialog.getByRole('combobox', { name: 'Epoch' })
    await expect(epochs.getByRole('option')).toHaveCount(3)
    await expect(epochs.getByRole('option').first()).toHaveText('0, initial weights')
    await dialog.getByText('Several', { exact: true }).click()
    await dialog.getByRole('checkbox', { name: /^1(,|$)/ }).uncheck()
    await readable(page)
    await pressEnabled(dialog.getByRole('button', { name: 'Analyse', exact: true }), 'Enter')
    const slider = page.getByRole('slider', { name: /Epoch/ })
    await expect(slider).toBeVisible({ timeout: patience })
    await expect(page.getByText('2 of 2', { exact: true })).toBeVisible()
    await slider.press('Home')
    await expect(page.getByText('0 of 2', { exact: true })).toBeVisible()
    await expect(page.getByText('epochs 0, 2, test images')).toBeVisible()
    await readable(page)
  })

  test('weights from elsewhere are looked into, what does not fit is named, and what fits becomes a run', async ({ page }) => {
    const path = join(served.lab.folder, 'resnet8.pth')
    const network = buildNetwork({ family: 'residual', n: 1, widths: [4, 4, 8], inputShape: [32, 32, 3], classes: 10 })
    const arrays = akamaster.names(network).map(({ theirs: name, theirShape: shape }) => ({ name: `module.${name}`, shape }))
    writeFileSync(path, torchZip(arrays.map((array) => ({ ...array, values: new Float32Array(elements(array.shape)).fill(0.5) }))))
    await view(page, 'Runs')
    await page.getByRole('link', { name: 'Import weights …' }).first().click()
    await page.getByLabel('Path of the file').fill(join(served.lab.folder, 'missing.pth'))
    await page.getByRole('button', { name: 'Look into it' }).click()
    await expect(page.getByText(/missing\.pth cannot be read/)).toBeVisible()
    await page.getByLabel('Path of the file').fill(path)
    await page.getByLabel('Path of the file').press('Enter')
    await expect(page.getByText(/^residual-8 A.*, 8 layers, /)).toBeVisible()
    const importing = page.getByRole('button', { name: 'Import as a run' })
    await expect(importing).toBeEnabled()
    await readable(page)

    await page.getByRole('combobox', { name: 'Shortcut', exact: true }).selectOption('B')
    await expect(importing).toBeDisabled()
    await page.getByRole('button', { name: 'Look again' }).click()
    await expect(page.getByRole('region', { name: 'What does not fit' })).toContainText('layer3.0.shortcut.0')
    await expect(importing).toBeDisabled()
    await readable(page)

    await page.getByRole('combobox', { name: 'Shortcut', exact: true }).selectOption('as recognised')
    await page.getByLabel('Data set of the classes').selectOption('shapes-10')
    await page.getByLabel('Name of the run').fill('From elsewhere')
    await page.getByRole('button', { name: 'Look again' }).click()
    await pressEnabled(importing, 'Enter')
    await expect(page.getByText(/^Imported as run \d+\.$/)).toBeVisible()
    await expect(page).toHaveURL(/#\/runs\/\d+$/)
    await expect(page.getByText(/resnet8\.pth/).first()).toBeVisible()
    await readable(page)
    await view(page, 'Runs')
    await expect(page.getByRole('row', { name: /From elsewhere/ })).toBeVisible()
  })
})
