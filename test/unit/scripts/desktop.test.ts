import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireScreen, requireStartable } from '../../../scripts/setup/desktop.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe.skipIf(process.platform !== 'linux')('a window', () => {
  it('a window is refused without a screen, and the browser offered', () => {
    expect(() => requireScreen([], {}, 1000)).toThrow(/neither DISPLAY nor WAYLAND_DISPLAY/)
    expect(() => requireScreen([], { WAYLAND_DISPLAY: 'wayland-0' }, 1000)).not.toThrow()
  })

  it('a window is refused to root, unless the sandbox is left out by hand as the tests do', () => {
    expect(() => requireScreen([], { DISPLAY: ':0' }, 0)).toThrow(/does not run as root/)
    expect(() => requireScreen(['--no-sandbox'], { DISPLAY: ':0' }, 0)).not.toThrow()
  })
})

describe.skipIf(process.platform !== 'linux')('an Electron on a system that restricts sandboxes', () => {
  async function restricted(): Promise<{ electron: string; helper: string; system: { restriction: string; profiles: string } }> {
    const folder = await temporaryFolder()
    const electron = join(folder, 'electron')
    // Enough to be taken for a program; ldd finds nothing wrong with it.
    writeFileSync(electron, '\x7fELF')
    writeFileSync(join(folder, 'chrome-sandbox'), '')
    writeFileSync(join(folder, 'restriction'), '1\n')
    mkdirSync(join(folder, 'profiles'))
    return {
      electron,
      helper: join(folder, 'chrome-sandbox'),
      system: { restriction: join(folder, 'restriction'), profiles: join(folder, 'profiles') },
    }
  }

  it('an Electron on a system that restricts sandboxes is refused with the two commands that allow it', async () => {
    const { electron, helper, system } = await restricted()
    let words = ''
    try {
      requireStartable(electron, [], system)
    } catch (error) {
      words = String(error)
    }
    expect(words).toMatch(/AppArmor/)
    expect(words).toContain(`sudo chown root:root "${helper}" && sudo chmod 4755 "${helper}"`)
  })

  it('Electron starts where sandboxes are not restricted, a profile names it, or it is told to do without', async () => {
    const { electron, system } = await restricted()
    expect(() => requireStartable(electron, ['--no-sandbox'], system)).not.toThrow()
    expect(() => requireStartable(electron, [], { ...system, restriction: join(dirname(electron), 'nowhere') })).not.toThrow()
    writeFileSync(join(system.profiles, 'electron'), `profile electron "${electron}" flags=(unconfined) { userns, }`)
    expect(() => requireStartable(electron, [], system)).not.toThrow()
  })

  it.skipIf(process.getuid?.() !== 0)("Electron starts where sandboxes are restricted when the helper is root's and setuid", async () => {
    const { electron, helper, system } = await restricted()
    chownSync(helper, 0, 0)
    chmodSync(helper, 0o4755)
    expect(() => requireStartable(electron, [], system)).not.toThrow()
  })

  it('an Electron on a system that restricts sandboxes that is a script of somebody who named it is left to itself', async () => {
    const { electron, system } = await restricted()
    writeFileSync(electron, '#!/bin/sh\n')
    expect(() => requireStartable(electron, [], system)).not.toThrow()
  })
})
