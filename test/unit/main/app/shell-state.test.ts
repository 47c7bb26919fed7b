import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { expect, it, vi } from 'vitest'
import { ShellStateFile } from '../../../../src/main/app/shell-state.ts'

it('a home folder that takes no file keeps nothing, and stops nobody', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const file = new ShellStateFile(join(tmpdir(), 'skiplab-not-there', 'shell.json'))
  file.remember('/lab')
  expect(file.current.workspaces).toEqual(['/lab'])
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('could not be kept'))
  warn.mockRestore()
})
