import { describe, expect, it } from 'vitest'
import { isNewEnough } from '../../../scripts/setup/node.mjs'
import { isInstalled } from '../../../scripts/setup/packages.mjs'

const lock = (packages: object): string => JSON.stringify({ packages: { '': { name: 'skiplab' }, ...packages } })

describe('an npm installation made by hand', () => {
  const wanted = lock({ 'node_modules/a': { version: '1.2.0' }, 'node_modules/b-win32': { version: '2.0.0', optional: true } })

  it('counts when every package has the locked version, whatever other systems would have on top', () => {
    expect(isInstalled(wanted, lock({ 'node_modules/a': { version: '1.2.0' } }))).toBe(true)
  })

  it('does not count when a package is missing or of another version, or nothing is installed', () => {
    expect(isInstalled(wanted, lock({}))).toBe(false)
    expect(isInstalled(wanted, lock({ 'node_modules/a': { version: '1.1.0' } }))).toBe(false)
    expect(isInstalled(wanted, null)).toBe(false)
  })
})

describe('the Node for the engine', () => {
  it.each([['v20.20.2', false], ['v22.12.0', false], ['v22.18.0', true], ['v24.0.0', true]])('%s: new enough is %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected)
  })
})
