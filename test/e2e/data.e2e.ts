import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { writeManyClasses } from '../support/write-dataset.ts'
import { dropFile } from './support/desk.ts'
import { servedLab } from './support/served-lab.ts'
import { seriousFindings, view } from './support/story.ts'
import { unreadableText } from './support/text-boxes.ts'

test.describe('the Data view', () => {
  const served = servedLab()
  test.beforeEach(async ({ page }) => {
    await served.open(page)
  })

  test('offers only what can be imported, and says beside the form why something cannot', async ({ page }) => {
    await view(page, 'Data')
    await expect(page.getByRole('textbox'), 'no name that would be refused').toHaveCount(1)
    const path = page.getByRole('textbox', { name: 'Path of the archive or folder' })
    await page.getByRole('button', { name: 'Import CIFAR-10' }).click()
    await expect(page.getByText('Say where it lies')).toBeVisible()
    await expect(path).toBeFocused()

    const folder = join(served.lab.folder, 'insects')
    mkdirSync(join(folder, 'train', 'insect'), { recursive: true })
    writeFileSync(join(folder, 'train', 'insect', 'fly.png'), '')
    await path.fill(folder)
    await page.getByRole('button', { name: 'Import CIFAR-10' }).click()
    const why = page.getByText('"insect" is no class of CIFAR-10')
    await expect(why).toBeVisible()
    await expect(page.getByRole('list', { name: 'Messages' }).getByRole('listitem'), 'no message over the page').toHaveCount(0)
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
    await path.fill('/nowhere')
    await page.getByRole('button', { name: 'Import CIFAR-10' }).click()
    await expect(page.getByText('Nothing at /nowhere')).toBeVisible()
    await expect(why, 'what was said of the try before is gone').toHaveCount(0)
  })

  test('cancels what is being added, of which nothing stays', async ({ page }) => {
    await view(page, 'Data')
    await page.getByRole('button', { name: 'Draw the images' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByText('Adding shapes-10 was cancelled; nothing of it stays.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Draw the images' })).toBeEnabled()
    const client = await served.lab.engine()
    expect(await client.call('datasets.list', {})).toEqual([])
    client.close()
  })

  test('shows 300 classes and the validation split, and reads the images of a class when its row comes near', async ({ page }) => {
    await writeManyClasses(join(served.lab.workspace, 'datasets', 'many-classes'), 300, { train: 600, test: 300, validation: 330 })
    await view(page, 'Data')
    await page.reload()
    await page.getByRole('button', { name: 'Many classes' }).click()
    await expect(page.getByText('600 training, 330 validation, 300 test')).toBeVisible()
    await expect(page.getByText('8 × 8, 300 classes')).toBeVisible()
    const samples = page.getByRole('region', { name: 'Sample images by class' })
    await expect(samples.getByRole('img', { name: 'class 0, image 0' })).toBeVisible()
    await expect(samples.getByRole('img', { name: 'class 299, image 299' }), 'far below').toHaveCount(0)
    await page.getByRole('group', { name: 'Split' }).getByText('Validation').click()
    await samples.getByText('class 29', { exact: true }).scrollIntoViewIfNeeded()
    await expect(samples.getByRole('img', { name: 'class 29, image 329' })).toBeVisible()
    await samples.getByText('class 299', { exact: true }).scrollIntoViewIfNeeded()
    await expect(samples.getByRole('img', { name: 'class 299, image 299' })).toBeVisible()
  })

  test('is where an archive that is dropped on another view leads', async ({ page }) => {
    await view(page, 'Queue')
    await dropFile(page, 'images.tar', 'not a sweep')
    await expect(page.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible()
    await expect(page.getByText('A browser does not say where images.tar lies')).toBeVisible()
    await dropFile(page, 'images.tar', 'not a sweep')
    await expect(page.getByText('A browser does not say where images.tar lies'), 'said once').toHaveCount(1)
  })
})
