import { PlaceTrouble } from '../place-trouble.ts'

/** What `ssh` says, what it means, and what to do. The first that fits counts. */
const meanings: readonly (readonly [RegExp, ConstructorParameters<typeof PlaceTrouble>[0], (to: string) => string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i,
    'host-key',
    (to) =>
      `The host key of ${to} has changed: it was set up anew, or somebody is in between. Ask whoever runs it; if it is right, ` +
      `forget the old key with ssh-keygen -R, then connect once with: ssh ${to}`,
  ],
  [
    /Host key verification failed|No .* host key is known/i,
    'host-key',
    (to) => `The host key of ${to} is not known yet. Connect once by hand and accept it: ssh ${to}`,
  ],
  [/UNPROTECTED PRIVATE KEY|bad permissions/i, 'refused', () => 'Your private key may be read by others, so ssh refuses it: chmod 600 it.'],
  [
    /Permission denied|Too many authentication failures|no mutual signature|Load key .*: (?:error|invalid|incorrect)/i,
    'refused',
    (to) =>
      `${to} accepts none of your keys, and Skiplab asks for no password. Make ssh ${to} work without one: ssh-copy-id ${to}, or ` +
      'ssh-add for a key with a passphrase.',
  ],
  [
    /Bad configuration option|terminating, .* bad configuration|Bad owner or permissions|Can't open user config file/i,
    'broken',
    () => 'Your ssh configuration cannot be used. Mend what ssh names behind these words.',
  ],
  [
    /no matching (?:host key type|key exchange method|cipher|mac)/i,
    'refused',
    (to) => `${to} offers only methods that your ssh takes for too old. Allow one of them for this host in your ssh configuration.`,
  ],
  [
    /stdio forwarding failed|open failed: (?:connect failed|administratively prohibited)|UNKNOWN port 65535/i,
    'unreachable',
    (to) => `The host in between (ProxyJump) does not lead on to ${to}: look whether "ssh ${to}" works by hand.`,
  ],
  [
    /Could not resolve hostname|Name or service not known|nodename nor servname/i,
    'unreachable',
    (to) => `The name ${to} leads to no machine: check it, or your network (VPN?).`,
  ],
  [
    /Connection refused/i,
    'unreachable',
    (to) => `${to} refuses the connection: it is there, but its SSH server is not running on that port.`,
  ],
  [
    /timed out|No route to host|Network is unreachable|Host is down|did not respond|Operation timed out/i,
    'unreachable',
    (to) => `${to} does not answer: it is off, asleep or behind a network that is not connected.`,
  ],
  [
    /Connection (?:closed|reset)|Broken pipe|kex_exchange_identification|lost connection|client_loop|mux_client|Session open refused/i,
    'unreachable',
    (to) => `The connection to ${to} was lost.`,
  ],
]

/** Exit code with which `ssh` says that the trouble is its own. */
const ownCode = 255

/** Tells what an end of `ssh` means. @returns null when the command on the other side ended so by itself */
export function sshTroubleOf(code: number | null, stderr: string, destination: string): PlaceTrouble | null {
  if (code !== ownCode && code !== null) return null
  const found = meanings.find(([pattern]) => pattern.test(stderr))
  const said = stderr
    .trim()
    .split('\n')
    .map((line) => line.trim().replace(/^ssh: /, ''))
    .filter((line) => line !== '' && !/^[@*]+$|^debug\d/.test(line))
    .at(-1)
  if (/ENOENT/.test(stderr) && code === null)
    return new PlaceTrouble('missing', 'There is no ssh program on this machine. Install OpenSSH’s client.')
  if (!found) return new PlaceTrouble('unreachable', `The connection to ${destination} failed${said ? `: ${said}` : '.'}`)
  const [, kind, words] = found
  return new PlaceTrouble(kind, `${words(destination)}${said ? ` (ssh: ${said})` : ''}`)
}
