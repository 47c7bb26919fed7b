import { describe, expect, it } from 'vitest'
import { engineEnvironment } from '../../../../src/main/client/engine-environment.ts'

describe('the environment of an engine', () => {
  it.each([
    ['proxy:3128', 'http://proxy:3128'],
    ['user:secret@proxy:3128', 'http://user:secret@proxy:3128'],
    ['10.0.0.1', 'http://10.0.0.1'],
    ['[::1]:3128', 'http://[::1]:3128'],
    ['http://proxy:3128', 'http://proxy:3128'],
    ['https://proxy', 'https://proxy'],
    ['', ''],
  ])('the environment of an engine has the proxy %s as Node can read it', (given, expected) => {
    for (const name of ['HTTP_PROXY', 'https_proxy'])
      expect(engineEnvironment({ [name]: given })).toEqual({ NODE_USE_ENV_PROXY: '1', [name]: expected })
  })

  it.each([
    ['socks5://user:secret@proxy:1080', 'socks5://***@proxy:1080'],
    ['http://', 'http://'],
    ['proxy:port', 'proxy:port'],
  ])('an engine keeps %s, which is no HTTP proxy, from Node and for its downloads, without the password', (given, told) => {
    expect(engineEnvironment({ HTTPS_PROXY: given })).toEqual({ NODE_USE_ENV_PROXY: '1', SKIPLAB_UNUSABLE_PROXY: `HTTPS_PROXY=${told}` })
    expect(engineEnvironment({ http_proxy: given })).toEqual({ NODE_USE_ENV_PROXY: '1' })
  })

  it('the environment of an engine takes ALL_PROXY where no other proxy is named, as curl does', () => {
    expect(engineEnvironment({ ALL_PROXY: 'proxy:3128' }).HTTPS_PROXY).toBe('http://proxy:3128')
    expect(engineEnvironment({ all_proxy: 'socks5h://proxy' }).SKIPLAB_UNUSABLE_PROXY).toBe('all_proxy=socks5h://proxy')
    expect(engineEnvironment({ ALL_PROXY: 'socks5://proxy', https_proxy: 'proxy:1' })).toMatchObject({ https_proxy: 'http://proxy:1' })
    expect(engineEnvironment({ ALL_PROXY: 'socks5://proxy', https_proxy: 'proxy:1' })).not.toHaveProperty('SKIPLAB_UNUSABLE_PROXY')
  })

  it('the environment of an engine has nothing of a debugger or a measurement of the command that starts it, but its certificates', () => {
    const env = engineEnvironment({
      NODE_OPTIONS: '--inspect-brk --use-system-ca --require /gone.js',
      NODE_V8_COVERAGE: '/c',
      VSCODE_INSPECTOR_OPTIONS: '{}',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      PATH: '/bin',
    })
    expect(env).toEqual({ NODE_OPTIONS: '--use-system-ca', NODE_EXTRA_CA_CERTS: '/ca.pem', PATH: '/bin', NODE_USE_ENV_PROXY: '1' })
    expect(engineEnvironment({ NODE_OPTIONS: '--max-old-space-size=64', NODE_USE_ENV_PROXY: '0' })).toEqual({ NODE_USE_ENV_PROXY: '0' })
  })
})
