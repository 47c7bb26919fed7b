import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findBreach } from './import-direction.ts'
import { importsOf } from './imports-of.ts'
import { sourceFiles, sourceFolder } from './source-files.ts'

describe('the rooms below src', () => {
  it('the rooms below src import only what the table of directions allows them', () => {
    const breaches = sourceFiles().flatMap((file) =>
      importsOf(file)
        .map((specifier) => findBreach(sourceFolder, file, specifier))
        .filter((breach) => breach !== null)
        .map((breach) => `${relative(sourceFolder, file)}: ${breach}`),
    )
    expect(breaches).toEqual([])
  })

  it.each([
    ['common/network/layer.ts', 'node:fs', 'common may not import node:fs'],
    ['common/rpc/contract.ts', '../../main/store/runs.ts', 'common may not import main/store'],
    ['main/cli/commands/runs.ts', '../../store/runs.ts', 'main/cli may not import main/store'],
    ['main/engine/queue/planner.ts', 'better-sqlite3', 'main/engine/queue may not import better-sqlite3'],
    ['main/worker/jobs/train/train.ts', '../../../engine/engine.ts', 'main/worker/jobs may not import main/engine'],
    [
      'main/worker/jobs/evaluation.ts',
      '../backend/tensorflow/graph/graph.ts',
      'main/worker/jobs may not import main/worker/backend/tensorflow',
    ],
    ['renderer/src/connection/api.ts', '../../../main/client/client.ts', 'renderer/src/connection may not import main/client'],
    ['renderer/src/ui/theme.ts', '../entities/run/store.ts', 'renderer/src/ui may not import renderer/src/entities'],
    ['renderer/src/features/runs/RunsView.vue', '../curves/board.ts', 'is inside the feature curves: import its index.ts'],
    ['main/engine/machine/doctor.ts', '../queue/planner.ts', 'main/engine/machine may not import main/engine/queue'],
    ['main/app/index.ts', '../engine/engine.ts', 'main/app may not import main/engine'],
    ['main/lonely.ts', 'node:fs', 'main/lonely.ts lies in no room'],
    ['main/app/index.ts', '@tensorflow/tfjs-node-gpu', 'main/app may not import @tensorflow/tfjs-node-gpu'],
  ])('the rooms below src would be caught if %s imported %s', (file, specifier, expected) => {
    expect(findBreach(sourceFolder, join(sourceFolder, file), specifier)).toContain(expected)
  })

  it.each([
    ['common/rpc/worker-protocol.ts', '../data/dataset.ts'],
    ['main/cli/index.ts', 'node:path'],
    ['main/engine/queue/planner.ts', '../../store/runs.ts'],
    ['renderer/src/features/runs/RunsView.vue', '../curves/index.ts'],
    ['main/store/database.ts', 'better-sqlite3'],
    ['renderer/src/app.ts', 'vue'],
  ])('the rooms below src allow %s to import %s', (file, specifier) => {
    expect(findBreach(sourceFolder, join(sourceFolder, file), specifier)).toBeNull()
  })
})
