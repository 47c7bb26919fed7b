/** Exit codes of the engine program, for programs that start it. */
export const exitCodes = {
  failed: 1,
  /** Another engine serves the workspace: connect to that one. */
  workspaceTaken: 3,
} as const
