import { expect, it } from 'vitest'
import { sshTroubleOf } from '../../../../../src/main/places/ssh/ssh-trouble.ts'

it.each([
  ['me@lab2: Permission denied (publickey).', 'refused', 'accepts none of your keys'],
  ['Host key verification failed.', 'host-key', 'not known yet'],
  ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'host-key', 'has changed'],
  ['ssh: Could not resolve hostname lab9: Name or service not known', 'unreachable', 'leads to no machine'],
  ['ssh: connect to host lab2 port 22: Connection refused', 'unreachable', 'SSH server is not running'],
  ['ssh: connect to host lab2 port 22: Connection timed out', 'unreachable', 'does not answer'],
  ['client_loop: send disconnect: Broken pipe', 'unreachable', 'was lost'],
])('the words of ssh "%s" are told as trouble of kind %s with a way on', (stderr, kind, words) => {
  const trouble = sshTroubleOf(255, stderr, 'me@lab2')
  expect(trouble?.kind).toBe(kind)
  expect(trouble?.message).toContain(words)
})

it('a command that fails on the other side is no trouble of ssh', () => {
  expect(sshTroubleOf(1, 'Permission denied', 'me@lab2')).toBeNull()
})
