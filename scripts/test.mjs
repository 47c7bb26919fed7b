// `npm test`: set-up, then every check there is. `npm test -- unit lint` runs the named phases only, `npm test -- unit
// test/unit/common` tests below a path.
import { ensureTestElectron } from './setup/electron.mjs'
import { SetupProblem } from './setup/problem.mjs'
import { say } from './setup/progress.mjs'
import { ensureProgram, runScript } from './setup/setup.mjs'
import { ensureTestPackages, ensureTestServers } from './setup/system-packages.mjs'
import * as phases from './test/phases.mjs'
import { closingLine, sum } from './test/reports.mjs'

const groups = {
  lint: [phases.lint, phases.unused, phases.format],
  types: [phases.typesNode, phases.typesWeb],
  unit: [phases.unit],
  integration: [phases.integration],
  electron: [phases.electron],
  chromium: [phases.chromium],
}

/** Phases that run side by side: of each row one alone keeps the cores busy for a part of its time only. */
const sideBySide = [['lint', 'types', 'unit'], ['integration'], ['electron', 'chromium']]

await runScript(async () => {
  const chosen = process.argv.slice(2).filter((argument) => !argument.includes('/'))
  const paths = process.argv.slice(2).filter((argument) => argument.includes('/'))
  const unknown = chosen.find((name) => !(name in groups))
  if (unknown) throw new SetupProblem(`There is no phase "${unknown}".`, `use any of ${Object.keys(groups).join(', ')}.`)
  const names = chosen.length > 0 ? chosen : Object.keys(groups)
  const startedMs = Date.now()
  const ci = process.env.CI === 'true'
  const node = await ensureProgram()
  const context = { node, ci, paths, ...(await prepareBrowsers(names, node)) }
  if (names.includes('integration')) await ensureTestServers(ci)
  const rows = [['set-up', Date.now() - startedMs, '']]
  const parts = []
  for (const together of sideBySide) {
    const phasesNow = together.filter((name) => names.includes(name))
    if (phasesNow.length === 0) continue
    console.log(`\n== ${phasesNow.join(', ')}`)
    const runPhase = async (name) => {
      const phaseStartedMs = Date.now()
      const found = await Promise.all(groups[name].map((phase) => phase(context)))
      for (const { note, failed, skipped } of found) {
        if (note) console.log(`${failed > 0 ? 'failed' : skipped > 0 ? 'skipped' : 'nothing to run'}: ${name}: ${note}`)
      }
      parts.push(...found)
      return [name, Date.now() - phaseStartedMs, closingLine(sum(found))]
    }
    rows.push(...(await Promise.all(phasesNow.map(runPhase))))
  }
  console.log('')
  for (const [name, elapsedMs, text] of rows) console.log(`${name.padEnd(12)} ${(elapsedMs / 1000).toFixed(1).padStart(7)} s   ${text}`)
  const total = sum(parts)
  console.log(`\n${closingLine(total)}`)
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
})

/** The tests' Electron and system packages; what cannot be had becomes a reason, not an end. */
async function prepareBrowsers(names, node) {
  const missing = { electron: null, chromium: null }
  let electron = null
  if (names.includes('electron')) {
    try {
      electron = await ensureTestElectron(node)
    } catch (error) {
      if (!(error instanceof SetupProblem)) throw error
      missing.electron = String(error)
      say(`[set-up] ${error}`)
    }
  }
  if (names.includes('electron') || names.includes('chromium')) {
    const lacking = await ensureTestPackages(electron)
    missing.electron ??= lacking.electron
    missing.chromium = lacking.chromium
  }
  return { electron, missing }
}
