import { expect, test } from '@playwright/test'
import { paletteFinds } from './support/desk.ts'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'

test.describe('places', () => {
  const served = servedLab()

  test('a place that cannot be reached says so, is changed, chosen in Design and found in the palette', async ({ page }) => {
    await served.open(page)
    await expect(page.getByRole('combobox', { name: 'Where' }), 'there is nothing to choose').toHaveCount(0)
    await paletteFinds(page, 'places', /^ActionPlaces/)

    const form = page.getByRole('form', { name: 'Add a place' })
    await form.getByRole('textbox', { name: 'Name' }).fill('here')
    await form.getByRole('textbox', { name: 'SSH destination' }).fill('me@127.0.0.1')
    await expect(form.getByRole('status')).toContainText('A name is of letters')
    await form.getByRole('textbox', { name: 'Name' }).fill('lab9')
    await form.getByText('More').click()
    await form.getByRole('textbox', { name: 'SSH configuration' }).fill(`${served.lab.folder}/none`)
    await form.getByRole('button', { name: 'Add place' }).click()

    const card = page.getByRole('article', { name: 'Place lab9' })
    await expect(card).toContainText('away', { timeout: patience })
    await expect(card).toContainText('Your ssh configuration cannot be used')
    await card.getByRole('button', { name: 'Change …' }).click()
    const change = page.getByRole('form', { name: 'Change lab9' })
    await change.getByText('More').click()
    await change.getByRole('textbox', { name: 'Runs side by side' }).fill('3')
    await change.getByRole('button', { name: 'Change lab9' }).click()
    await expect(change).toHaveCount(0)
    await expect(card).toContainText('3 runs side by side')
    await card.getByRole('button', { name: 'Pause' }).click()
    await expect(card.getByRole('button', { name: 'Resume' })).toBeVisible()
    await expect(card, 'how it is reached stays').toContainText('ssh me@127.0.0.1')

    await page.getByRole('link', { name: 'Design' }).click()
    await page.getByRole('button', { name: 'First look' }).click()
    await page.getByRole('combobox', { name: 'Where' }).selectOption('lab9')
    await page.getByTestId('queue-sweep').click()
    await expect(page.getByRole('heading', { level: 1, name: 'Live' })).toBeVisible()
    await expect(page.getByRole('main')).toContainText('4 runs wait for lab9 alone: it is paused')
    await page
      .getByRole('link', { name: /^Queue/ })
      .first()
      .click()
    await page.getByRole('checkbox', { name: 'Mark all', exact: true }).check()
    await page.getByRole('combobox', { name: 'Where the marked runs train' }).selectOption('here')
    await expect(page.getByText(/to train on this machine only\.$/)).toBeVisible()
  })
})
