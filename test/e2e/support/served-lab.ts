import { type Page, test } from '@playwright/test'
import { Lab, ready } from './lab.ts'

export interface ServedLab {
  readonly lab: Lab
  /** With the token. */
  readonly url: string
  /** Shows the workbench on this page, connected and usable. */
  open(page: Page): Promise<void>
}

/** A lab that `skiplab serve` shows to all tests of a group: made before the first of them, gone with its engine after the last. */
export function servedLab({ beforeServing }: { beforeServing?: (lab: Lab) => void } = {}): ServedLab {
  let lab: Lab | null = null
  let served: Awaited<ReturnType<Lab['serve']>> | null = null
  test.beforeAll(async () => {
    lab = new Lab()
    beforeServing?.(lab)
    served = await lab.serve()
  })
  test.afterAll(async () => {
    await served?.end()
    await lab?.end()
  })
  const there = <T>(part: T | null): T => {
    if (part === null) throw new Error('The lab is there from the first test of its group on.')
    return part
  }
  return {
    get lab() {
      return there(lab)
    },
    get url() {
      return there(served).url
    },
    async open(page) {
      await page.goto(this.url)
      await ready(page)
    },
  }
}
