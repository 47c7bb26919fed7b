import { z } from 'zod'
import { jobCheckpointsSchema, jobOrderSchema } from './job-files.ts'

/**
 * What the engine asks of the agent: a process at the place that lives as long as the connection and reads and writes files of jobs. A line
 * of JSON each way; folders are absolute.
 */
export const agentRequestSchema = z.discriminatedUnion('do', [
  /** Writes a job's folder, unless it is there. Checkpoints to go on from are linked from the store. */
  z.strictObject({
    do: z.literal('prepare'),
    folder: z.string(),
    order: jobOrderSchema,
    store: z.string(),
    checkpoints: jobCheckpointsSchema,
  }),
  z.strictObject({ do: z.literal('follow'), folder: z.string(), offset: z.int() }),
  z.strictObject({ do: z.literal('unfollow'), folder: z.string() }),
  /** Answers when all that a job has written until now was sent. */
  z.strictObject({ do: z.literal('drain'), folder: z.string() }),
  /** Appends to the file of commands. */
  z.strictObject({ do: z.literal('tell'), folder: z.string(), type: z.enum(['stop', 'stop-after-epoch']) }),
  z.strictObject({ do: z.literal('checkpoints'), folder: z.string() }),
  /** Writes down what a scheduler calls the job. */
  z.strictObject({ do: z.literal('handle'), folder: z.string(), handle: z.string() }),
  /** Starts programs in process groups of their own, which outlive the connection. */
  z.strictObject({ do: z.literal('launch'), folder: z.string(), argv: z.array(z.string()).min(1) }),
  /** Which of the folders have a living process. */
  z.strictObject({ do: z.literal('alive'), folders: z.array(z.string()) }),
  /** Kills the processes of a job on this machine. */
  z.strictObject({ do: z.literal('kill'), folder: z.string() }),
  /** Names of a workspace's jobs that have not said their last event. */
  z.strictObject({ do: z.literal('jobs'), folder: z.string() }),
  /** Removes jobs of a workspace other than those named, and trees and files that none has used for long. */
  z.strictObject({ do: z.literal('clean'), root: z.string(), workspace: z.string(), keep: z.array(z.string()), unusedMs: z.number() }),
])
export type AgentRequest = z.infer<typeof agentRequestSchema>

/** What each request is answered with. */
export const agentAnswers = {
  prepare: z.null(),
  follow: z.null(),
  unfollow: z.null(),
  drain: z.null(),
  tell: z.null(),
  checkpoints: jobCheckpointsSchema,
  handle: z.null(),
  launch: z.null(),
  alive: z.array(z.string()),
  kill: z.boolean(),
  jobs: z.array(z.strictObject({ name: z.string(), handle: z.string().nullable() })),
  clean: z.null(),
} as const satisfies Record<AgentRequest['do'], z.ZodType>
export type AgentAnswer<D extends AgentRequest['do']> = z.infer<(typeof agentAnswers)[D]>

/** Engine to agent. */
export const agentCallSchema = z.strictObject({ id: z.int(), request: agentRequestSchema })

/** Agent to engine: an answer, an event of a followed job with the offset behind it, or a sign of life. */
export const agentLineSchema = z.union([
  z.strictObject({ id: z.int(), answer: z.unknown() }),
  z.strictObject({ id: z.int(), failure: z.string(), code: z.string().nullable() }),
  z.strictObject({ folder: z.string(), offset: z.int(), line: z.string() }),
  z.strictObject({ beat: z.number() }),
])
export type AgentLine = z.infer<typeof agentLineSchema>

/** How often the agent gives a sign of life, and how long its silence may last before the connection counts as lost. */
export const agentBeatMs = 5_000
export const agentSilenceMs = 25_000
