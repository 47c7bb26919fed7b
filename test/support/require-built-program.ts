import { existsSync } from 'node:fs'

/** Integration tests start processes from out/: without a build they would fail in obscure ways. */
export default function requireBuiltProgram(): void {
  const missing = ['engine', 'worker', 'cli'].map((name) => `out/main/${name}.cjs`).filter((file) => !existsSync(file))
  if (missing.length > 0) throw new Error(`${missing.join(', ')} missing: run "npm run build" first (npm test does it by itself).`)
}
