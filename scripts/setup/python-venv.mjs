// PyTorch in a Python environment of its own: the peer that parity and bench compare with. Nobody else needs it.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { cacheRoot, isProvided, platformName, provide, requireFreeSpace } from './cache.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand, step } from './progress.mjs'
import { findPython, installPackages } from './python.mjs'
import { installCommand } from './remedy.mjs'

const requirements = ['torch==2.13.*', 'numpy>=2']

/** Path of a Python that can `import torch`. */
export async function ensurePeerPython() {
  if (process.env.SKIPLAB_PEER_PYTHON) return process.env.SKIPLAB_PEER_PYTHON
  const base = findPython([3, 10], 'for PyTorch 2.13, the peer of bench and parity')
  const version = execFileSync(base, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' }).trim()
  const folder = join(cacheRoot(), 'peer', `torch-2.13-python-${version}-${platformName()}`)
  const python = (root) => (process.platform === 'win32' ? join(root, 'Scripts', 'python.exe') : join(root, 'bin', 'python3'))
  const key = requirements.join(' ')
  if (!isProvided(folder, key)) {
    requireFreeSpace(folder, 6_000_000_000, 'PyTorch')
    await step(
      'PyTorch 2.13 for comparison: 200 MB (CPU build) to 2.5 GB (CUDA build, where pip prefers it) to download, once per user',
      () =>
        provide(folder, key, async (work) => {
          // Without pip, since Debian keeps ensurepip in a package of its own; the machine's pip fills the environment from outside.
          await run(base, ['-m', 'venv', '--without-pip', work], installCommand('python'))
          const site = execFileSync(python(work), ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'], {
            encoding: 'utf8',
          }).trim()
          await installPackages({ python: base, requirements, target: site, folder: work, expectedBytes: 950_000_000 })
          await run(python(work), ['-c', 'import torch; assert float(torch.ones(2, 2).matmul(torch.ones(2, 2)).sum()) == 8'])
        }),
    )
  }
  return python(folder)
}

const visionRequirements = ['torchvision==0.28.*', 'pillow>=11']

/** Path of a folder with torchvision, for the environment of {@link ensurePeerPython}: only the data part of bench needs it. */
export async function ensurePeerVision() {
  if (process.env.SKIPLAB_PEER_VISION) return process.env.SKIPLAB_PEER_VISION
  const base = findPython([3, 10], 'for torchvision, the peer of bench')
  const version = execFileSync(base, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' }).trim()
  const folder = join(cacheRoot(), 'peer', `torchvision-0.28-python-${version}-${platformName()}`)
  const key = visionRequirements.join(' ')
  if (!isProvided(folder, key)) {
    requireFreeSpace(folder, 200_000_000, 'torchvision')
    await step('torchvision for comparison: 15 MB to download, once per user', () =>
      provide(folder, key, (work) =>
        // Without PyTorch itself, which is in the environment.
        installPackages({
          python: base,
          requirements: visionRequirements,
          target: join(work, 'site'),
          folder: work,
          expectedBytes: 60_000_000,
          alone: true,
        }),
      ),
    )
  }
  return join(folder, 'site')
}

async function run(command, args, fix) {
  const { code, output } = await runCommand(command, args)
  if (code !== 0) throw new SetupProblem(`${[command, ...args.slice(0, 3)].join(' ')} ... failed:\n${lastLines(output)}`, fix)
}
