/** Names of Node's own variables that are about the program which a person debugs or measures, not about an engine in the background. */
const ofTheFirstCommand = [
  'NODE_OPTIONS',
  'NODE_DEBUG',
  'NODE_DEBUG_NATIVE',
  'NODE_V8_COVERAGE',
  'NODE_INSPECT_RESUME_ON_START',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_PENDING_DEPRECATION',
  'NODE_REDIRECT_WARNINGS',
  'VSCODE_INSPECTOR_OPTIONS',
]
/** Matches the options of NODE_OPTIONS that downloads need: whose certificates are trusted. */
const certificateOptions = /^--use-(?:system|openssl|bundled)-ca$/

/**
 * Makes the environment of an engine: that of the command which starts it, without what would break an engine or belongs to that command
 * alone.
 * Proxies are taken as curl takes them, `proxy:3128` too, while Node would refuse to start; one that it cannot use at all is kept in
 * SKIPLAB_UNUSABLE_PROXY, for whoever downloads to tell.
 */
export function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = Object.fromEntries(Object.entries(env).filter(([name]) => !ofTheFirstCommand.includes(name)))
  const certificates = (env.NODE_OPTIONS ?? '').split(/\s+/).filter((option) => certificateOptions.test(option))
  if (certificates.length > 0) result.NODE_OPTIONS = certificates.join(' ')
  delete result.SKIPLAB_UNUSABLE_PROXY
  // Node's fetch heeds HTTPS_PROXY only when it is told to.
  result.NODE_USE_ENV_PROXY ??= '1'
  useProxies(result)
  return result
}

function useProxies(env: NodeJS.ProcessEnv): void {
  // The lower-case name wins, as in curl and Node.
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy']) {
    const value = env[name]?.trim()
    if (!value) continue
    const url = proxyUrl(value)
    if (url !== null) {
      env[name] = url
      continue
    }
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete env[name]
    if (name.toLowerCase() === 'https_proxy') env.SKIPLAB_UNUSABLE_PROXY = `${name}=${withoutPassword(value)}`
  }
  const rest = env.all_proxy?.trim() || env.ALL_PROXY?.trim()
  if (!rest || env.https_proxy || env.HTTPS_PROXY || env.SKIPLAB_UNUSABLE_PROXY) return
  const url = proxyUrl(rest)
  if (url !== null) env.HTTPS_PROXY = url
  else env.SKIPLAB_UNUSABLE_PROXY = `${env.all_proxy?.trim() ? 'all_proxy' : 'ALL_PROXY'}=${withoutPassword(rest)}`
}

/** @returns null for what names no HTTP proxy: another protocol, or no address at all */
function proxyUrl(value: string): string | null {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`
  try {
    const { protocol, hostname } = new URL(text)
    return (protocol === 'http:' || protocol === 'https:') && hostname !== '' ? text : null
  } catch {
    return null
  }
}

function withoutPassword(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1***@')
}
