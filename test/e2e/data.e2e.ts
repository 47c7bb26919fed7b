import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { writeTree } from '../support/cifar-fixtures.ts'
import { idxFiles } from '../support/idx-files.ts'
import { photos, treePaths } from '../support/image-tree.ts'
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

  test('looks through a folder, tells its problems, and imports it once they are mended', async ({ page }) => {
    await view(page, 'Data')
    const path = page.getByRole('textbox', { name: 'Path of the archive or folder' })
    const look = page.getByRole('button', { name: 'Look through it' })
    await look.click()
    await expect(page.getByText('Say where it lies')).toBeVisible()
    await expect(path).toBeFocused()
    await path.fill('/nowhere')
    await look.click()
    await expect(page.getByText('Nothing at /nowhere')).toBeVisible()

    const folder = join(served.lab.folder, 'insects')
    await writeTree(folder, await photos([...treePaths(['bee', 'fly'], { train: 3, val: 1 }), 'train/moth/1.png']))
    await path.fill(folder)
    await expect(page.getByText('Nothing at /nowhere'), 'what was said of the try before is gone').toHaveCount(0)
    await look.click()
    await expect(page.getByText('class moth has no test images: give it images')).toBeVisible()
    await expect(page.getByText('There is no test split: val serves as test.')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Import \d+ images$/ })).toBeDisabled()
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    expect(await seriousFindings(page)).toEqual([])

    await page.getByRole('textbox', { name: 'Classes, in the order of their labels' }).fill('fly, bee')
    await page.keyboard.press('Tab')
    await expect(page.getByRole('row', { name: 'fly 3 1' })).toBeVisible()
    await page.getByRole('button', { name: 'Check every image' }).click()
    await expect(page.getByRole('button', { name: 'Every image was read' })).toBeDisabled()
    await page.getByRole('textbox', { name: 'Name' }).fill('My insects')
    await expect(page.getByText('Expected lower-case letters')).toBeVisible()
    await page.getByRole('textbox', { name: 'Name' }).fill('my-insects')
    await page.getByText('Scale and crop').click()
    await page.getByRole('textbox', { name: 'Pixels of the shorter side' }).fill('32')
    await page.getByRole('button', { name: 'Import 8 images' }).click()
    await expect(page.getByText('32 × 32, 2 classes')).toBeVisible()
    await expect(page.getByRole('img', { name: 'fly, image 0' })).toBeVisible()
    const client = await served.lab.engine()
    expect(await client.call('datasets.list', {})).toMatchObject([
      { name: 'my-insects', classes: ['fly', 'bee'], trainCount: 6, testCount: 2 },
    ])
    await client.call('datasets.remove', { name: 'my-insects' })
    client.close()
  })

  test('the Data view counts IDX files before their import, and takes a number of images, a seed and a title', async ({ page }) => {
    const folder = join(served.lab.folder, 'digits')
    await writeTree(folder, idxFiles({ train: 25, t10k: 10 }))
    await view(page, 'Data')
    await page.getByRole('textbox', { name: 'Path of the archive or folder' }).fill(folder)
    await page.getByRole('button', { name: 'Look through it' }).click()
    await expect(page.getByText('25 training and 10 test images, 10 classes, 28 × 28 pixels')).toBeVisible()
    await expect(page.getByRole('group', { name: 'Size', exact: true }), 'they have one').toHaveCount(0)
    await page.getByRole('textbox', { name: 'Training images of a class' }).fill('2')
    await page.getByRole('textbox', { name: 'Seed of the draws' }).fill('7')
    await page.getByRole('textbox', { name: 'Title' }).fill('Few digits')
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Import 30 images' }).click()
    await expect(page.getByRole('heading', { name: 'Few digits' })).toBeVisible()
    const client = await served.lab.engine()
    expect(await client.call('datasets.list', {})).toMatchObject([{ name: 'digits', title: 'Few digits', trainCount: 20, testCount: 10 }])
    await client.call('datasets.remove', { name: 'digits' })
    client.close()
  })

  test('the Data view asks at which size photographs are stored and which are taken, before they are downloaded', async ({ page }) => {
    await view(page, 'Data')
    const offer = page.getByRole('group', { name: 'Imagenette' })
    await expect(offer.getByText('The shorter side is scaled to 64, then the middle is cut out.')).toBeVisible()
    await offer.getByText('224', { exact: true }).click()
    await expect(offer.getByText('At 224 pixels what is downloaded at 160 is enlarged.')).toBeVisible()
    await offer.getByText('Classes, number of images, name').click()
    const list = { name: 'classes.txt', mimeType: 'text/plain', buffer: Buffer.from('tench\nball, golf\n') }
    await offer.getByLabel('File with a class a line').setInputFiles(list)
    await expect(offer.getByRole('textbox', { name: 'Classes, in the order of their labels' })).toHaveValue('tench\nball, golf')
    await offer.getByRole('textbox', { name: 'Training images of a class' }).fill('some')
    await page.keyboard.press('Tab')
    await expect(offer.getByText(/^Training images of a class: /)).toBeVisible()
    await expect(offer.getByRole('button', { name: '160 px, 99 MB' })).toBeDisabled()
    await offer.getByRole('textbox', { name: 'Training images of a class' }).fill('5')
    await page.keyboard.press('Tab')
    await expect(offer.getByRole('button', { name: '160 px, 99 MB' })).toBeEnabled()
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
  })

  test('the Data view cancels what is being added, of which nothing stays', async ({ page }) => {
    await view(page, 'Data')
    await page.getByRole('button', { name: 'Draw the images' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByText('Adding shapes-10 was cancelled; nothing of it stays.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Draw the images' })).toBeEnabled()
    const client = await served.lab.engine()
    expect(await client.call('datasets.list', {})).toEqual([])
    client.close()
  })

  test('the Data view shows 300 classes and a validation split, and reads a class when its row comes near', async ({ page }) => {
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

  test('the Data view is where an archive that is dropped on another view leads', async ({ page }) => {
    await view(page, 'Queue')
    await dropFile(page, 'images.tar', 'not a sweep')
    await expect(page.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible()
    await expect(page.getByText('A browser does not say where images.tar lies')).toBeVisible()
    await dropFile(page, 'images.tar', 'not a sweep')
    await expect(page.getByText('A browser does not say where images.tar lies'), 'said once').toHaveCount(1)
  })
})
