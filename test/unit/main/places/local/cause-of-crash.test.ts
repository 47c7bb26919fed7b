import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { oomKills } from '../../../../../src/main/places/local/oom-kills.ts'
import { type Crash, crashReason, tellingLine } from '../../../../../src/main/places/local/cause-of-crash.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

/** What a worker of TensorFlow 2.21 writes at each start, on machines with and without CUDA. */
const startNoise = [
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1764367200.123456   41234 port.cc:153] oneDNN custom operations are on. You may see slightly different numerical results.',
  '2026-11-28 22:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary is optimized ' +
    'to use available CPU instructions.',
  'To enable the following instructions: AVX2 AVX512F FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.',
  '2026-11-28 22:00:00.200000: W external/local_xla/xla/tsl/framework/cpu_allocator_impl.cc:83] Allocation of 614400000 ' +
    'exceeds 10% of free system memory.',
  'E0000 00:00:1764367200.300000   41234 cuda_dnn.cc:8579] Unable to register cuDNN factory: Attempting to register ' +
    'factory for plugin cuDNN when one has already been registered',
  '2026-11-28 22:00:00.400000: E external/local_xla/xla/stream_executor/cuda/cuda_platform.cc:51] failed call to cuInit: ' +
    'INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
  '(node:41234) Warning: something is experimental',
  '(Use `node --trace-warnings ...` to show where the warning was created)',
]
const crash = (more: Partial<Crash>, lines: readonly string[] = []): Crash => ({
  code: null,
  signal: null,
  killedFor: null,
  oomKillSeen: null,
  ...more,
  lastOutput: [...startNoise, ...lines].join('\n'),
})

describe('the line that says why a worker ended', () => {
  it.each([startNoise.map((line) => [line])].flat())('the line that says why a worker ended is never "%s"', (line) => {
    expect(tellingLine(line)).toBeNull()
  })

  it.each([
    'F0000 00:00:1764367200.5 41234 tensor.cc:12] Check failed: dtype() == expected_dtype (1 vs. 3)',
    '2026-11-28 22:00:01.000000: F tensorflow/core/framework/tensor.cc:844] Check failed: IsAligned()',
    "terminate called after throwing an instance of 'std::bad_alloc'",
    '  what():  std::bad_alloc',
    'TypeError: Cannot read properties of undefined',
    'Error [ERR_WORKER]: no such thing',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'free(): double free detected in tcache 2',
    'node: symbol lookup error: libtensorflow.so: undefined symbol: _ZN10',
    '2026-11-28 22:00:01.000000: E tensorflow/core/kernels/conv.cc:9] OOM when allocating tensor with shape[128,64,32,32]',
  ])('the line that says why a worker ended is "%s" wherever it stands among what comes at every start', (line) => {
    expect(tellingLine([...startNoise, line, ...startNoise].join('\n'))).toBe(line.trim())
  })

  it('the line that says why a worker ended is the exception and not the stack, the caret or the version behind it', () => {
    const words = [
      '/lab/worker.js:12',
      "    throw new Error('the checkpoint is gone')",
      '          ^',
      '',
      'Error: the checkpoint is gone',
      '    at load (/lab/worker.js:12:11)',
      '    at node:internal/main:1:2',
      '',
      'Node.js v24.21.0',
    ]
    expect(tellingLine(words.join('\n'))).toBe('Error: the checkpoint is gone')
  })

  it('the line that says why a worker ended is an unknown line where nothing else was said', () => {
    expect(tellingLine([...startNoise, 'the licence server says no'].join('\n'))).toBe('the licence server says no')
  })
})

describe('the reason of a crash', () => {
  it('the reason of a crash names the signal alone where a killed worker said nothing but what it says at every start', () => {
    expect(crashReason(crash({ signal: 'SIGTERM' }))).toBe('The worker ended by signal SIGTERM.')
    expect(crashReason(crash({ signal: 'SIGKILL' }))).toBe(
      'The worker ended by signal SIGKILL (the system does this when memory runs out).',
    )
  })

  it('the reason of a crash says of a kill whether the out-of-memory killer was at work, where the system tells', () => {
    expect(crashReason(crash({ signal: 'SIGKILL', oomKillSeen: true }))).toBe(
      'The worker ended by signal SIGKILL: memory ran out, and the system’s out-of-memory killer was at work.',
    )
    expect(crashReason(crash({ signal: 'SIGKILL', oomKillSeen: false }, ['epoch 3 begins']))).toBe(
      'The worker ended by signal SIGKILL, from outside; the system’s out-of-memory killer was not at work.',
    )
  })

  it('the reason of a crash says why the engine killed it', () => {
    expect(crashReason(crash({ signal: 'SIGKILL', killedFor: 'the worker hung; killed', oomKillSeen: false }))).toBe(
      'The worker ended by signal SIGKILL: the worker hung; killed.',
    )
  })

  it('the reason of a crash tells an exit code with the words that explain it', () => {
    expect(crashReason(crash({ code: 7 }, ['assertion failed: x > 0']))).toBe('The worker ended with exit code 7: assertion failed: x > 0.')
    expect(crashReason(null)).toBe('The worker ended with exit code unknown.')
  })
})

describe('the count of out-of-memory kills', () => {
  it('the count of out-of-memory kills is read from the system’s own counter, and unknown where there is none', async () => {
    const folder = await temporaryFolder()
    writeFileSync(join(folder, 'vmstat'), 'pgfault 12\noom_kill 3\nnuma_hit 9\n')
    writeFileSync(join(folder, 'old'), 'pgfault 12\n')
    expect(oomKills(join(folder, 'vmstat'))).toBe(3)
    expect(oomKills(join(folder, 'old'))).toBeNull()
    expect(oomKills(join(folder, 'none'))).toBeNull()
  })
})
