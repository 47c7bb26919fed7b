import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { messageOf } from '../../common/caught.ts'

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(200), height: z.int().min(150) })
export type Bounds = z.infer<typeof boundsSchema>

const shellStateSchema = z.object({
  bounds: boundsSchema.nullable().default(null),
  maximized: z.boolean().default(false),
  /** Newest first. */
  workspaces: z.array(z.string()).max(10).default([]),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** What closing does while runs train; `ask` until somebody ticked "do not ask again". */
  closing: z.enum(['ask', 'background', 'stop']).default('ask'),
  notifications: z.boolean().default(true),
})
export type ShellState = z.infer<typeof shellStateSchema>

/** Reads and writes the shell's own state: a small file beside Electron's own. Everything about runs lies in the workspace. */
export class ShellStateFile {
  private readonly path: string
  private state: ShellState

  constructor(path: string) {
    this.path = path
    this.state = read(path)
  }

  get current(): ShellState {
    return this.state
  }

  /** Changes the state of this process at once and writes it to the file; without room on the disk only the file stays as it was. */
  update(change: Partial<ShellState>): void {
    this.state = { ...this.state, ...change }
    const temporary = `${this.path}.tmp`
    try {
      writeFileSync(temporary, JSON.stringify(this.state, null, 2))
      renameSync(temporary, this.path)
    } catch (error) {
      console.warn(`The app's own settings could not be kept in ${this.path}: ${messageOf(error)}`)
    }
  }

  remember(workspace: string): void {
    this.update({ workspaces: [workspace, ...this.state.workspaces.filter((other) => other !== workspace)].slice(0, 10) })
  }
}

/** Reads the file; falls back to defaults where it is missing or damaged. */
function read(path: string): ShellState {
  try {
    return shellStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return shellStateSchema.parse({})
  }
}
