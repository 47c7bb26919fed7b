import { expect, it } from 'vitest'
import { sshTroubleOf } from '../../../../../src/main/places/ssh/ssh-trouble.ts'

it.each([
  ['me@lab2: Permission denied (publickey).', 'refused', 'accepts none of your keys'],
  ['Host key verification failed.', 'host-key', 'not known yet'],
  ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'host-key', 'has changed'],
  ['ssh: Could not resolve hostname lab9: Name or service not known', 'unreachable', 'leads to no machine'],
  ['ssh: connect to host lab2 port 22: Connection refused', 'unreachable', 'SSH server is not running'],
  ['ssh: connect to host lab2 port 22: Connection timed out', 'unreachable', 'does not answer'],
  ['Load key "/home/me/.ssh/id": error in libcrypto\nme@lab2: Permission denied (publickey).', 'refused', 'ssh-add'],
  ['No ED25519 host key is known for lab2 and you have requested strict checking.\nHost key verification failed.', 'host-key', 'by hand'],
  ['Permissions 0644 for "/home/me/.ssh/id" are too open.\nLoad key "/home/me/.ssh/id": bad permissions', 'refused', 'chmod 600'],
  ['Unable to negotiate with 10.0.0.2 port 22: no matching host key type found. Their offer: ssh-rsa', 'refused', 'too old'],
  ['Bad owner or permissions on /home/me/.ssh/config', 'broken', 'configuration cannot be used'],
  ["Can't open user config file /nowhere: No such file or directory", 'broken', 'configuration cannot be used'],
  ['channel 0: open failed: connect failed: No route to host\nstdio forwarding failed', 'unreachable', 'ProxyJump'],
  ['kex_exchange_identification: Connection closed by remote host', 'unreachable', 'was lost'],
  ['Connection timed out during banner exchange', 'unreachable', 'does not answer'],
  ['client_loop: send disconnect: Broken pipe', 'unreachable', 'was lost'],
])('the words of ssh "%s" are told as trouble of kind %s with a way on', (stderr, kind, words) => {
  const trouble = sshTroubleOf(255, stderr, 'me@lab2')
  expect(trouble?.kind).toBe(kind)
  expect(trouble?.message).toContain(words)
})

it('a command that fails on the other side is no trouble of ssh', () => {
  expect(sshTroubleOf(1, 'Permission denied', 'me@lab2')).toBeNull()
})
