/** How a worker process ended, as far as it is known. */
export interface Crash {
  readonly code: number | null
  readonly signal: string | null
  /** The last lines of its error output, separated by line feeds. */
  readonly lastOutput: string | null
  /** Why the engine itself killed it; null when it did not. */
  readonly killedFor: string | null
  /** Whether the kernel's out-of-memory killer was at work while it ran; null where the system does not tell. */
  readonly oomKillSeen: boolean | null
}

/** Matches information and warnings of TensorFlow, abseil and XLA, with or without the time in front. */
const infoOrWarning = /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+: ?)?[IW](?:\d{4})? /
/**
 * Match lines that come at every start, whatever happens afterwards. Probing for CUDA reports at the level of errors on machines without
 * it.
 */
const chatter: readonly RegExp[] = [
  infoOrWarning,
  /^WARNING: All log messages before absl::InitializeLog\(\)/,
  /Unable to register cu(?:DNN|FFT|BLAS)|failed call to cuInit|CUDA_ERROR_NO_DEVICE/i,
  /Could not find cuda drivers|Cannot dlopen some GPU libraries/i,
  /(?:libcu\w+|libnvinfer\w*|libnccl)\.so.*cannot open shared object file/,
  /^To enable the following instructions|oneDNN custom operations are on|rebuild TensorFlow with the appropriate compiler flags/,
  /^\(node:\d+\)|^\(Use `node --trace-/,
  /^Node\.js v\d|^\s*at .+|^\s*\^+\s*$|^[-=*#~]+$|^\s*[{}\])]+[;,]?$/,
]

/** Match lines that say why a program ends. */
const telling: readonly RegExp[] = [
  /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+: ?)?F(?:\d{4})? /,
  /\b(?:\w*Error|\w*Exception)\b(?: \[\w+\])?:/,
  /\bout of memory\b|\bOOM\b|bad_alloc|cannot allocate memory|ENOMEM|RESOURCE_EXHAUSTED|heap limit/i,
  /\bassert(?:ion)?\b|check failed/i,
  /^FATAL\b|fatal error|terminate called|what\(\):|segmentation fault|bus error|illegal instruction|stack smashing|double free|corrupted/i,
  /error while loading shared libraries|undefined symbol|version `\w+' not found/i,
]

/** Finds the last line that says why, else the last one that is not noise; null when all are noise. */
export function tellingLine(lastOutput: string | null): string | null {
  const lines = (lastOutput ?? '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && !chatter.some((pattern) => pattern.test(line)))
  return (lines.findLast((line) => telling.some((pattern) => pattern.test(line))) ?? lines.at(-1))?.trim() ?? null
}

/** Tells the cause of a crash in one sentence: how the process ended, and what it or the engine said of it. */
export function crashReason(crash: Crash | null): string {
  const how = crash?.signal ? `by signal ${crash.signal}` : `with exit code ${crash?.code ?? 'unknown'}`
  const said = crash?.killedFor ?? tellingLine(crash?.lastOutput ?? null)
  // Nothing that a process wrote explains a kill from outside, unless it speaks of memory itself.
  const fromOutside = crash?.signal === 'SIGKILL' && crash.killedFor === null
  const cause = fromOutside && !(said && telling.some((pattern) => pattern.test(said))) ? null : said
  return `The worker ended ${how}${fromOutside ? killerWords(crash.oomKillSeen) : ''}${cause ? `: ${cause.replace(/\.$/, '')}` : ''}.`
}

function killerWords(oomKillSeen: boolean | null): string {
  if (oomKillSeen === null) return ' (the system does this when memory runs out)'
  return oomKillSeen
    ? ': memory ran out, and the system’s out-of-memory killer was at work'
    : ', from outside; the system’s out-of-memory killer was not at work'
}
