/** Slurm's reasons for a job that waits, by how their names begin, with what they mean; the first that fits counts. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^None$/, 'Slurm has not looked at it yet'],
  [/^Priority$/, 'jobs of a higher priority are before it'],
  [/^Resources$/, 'waits until nodes are free'],
  [/^BeginTime$/, 'may not begin before a set time'],
  [/^Dependency/, 'waits for another job'],
  [/^JobHeldUser$/, 'held by a user; scontrol release lets it go'],
  [/^JobHeldAdmin$/, 'held by an administrator of the cluster'],
  [/^launch failed requeued held$/i, 'its start failed on a node, and Slurm holds it; scontrol release tries again'],
  [/^(?:ReqNodeNotAvail|Nodes required)/i, 'nodes that it needs are down, drained or reserved'],
  [/^NodeDown$/, 'a node that it needs is down'],
  [/^Reservation/, 'waits for a reservation'],
  [/^Licenses$/, 'waits for a licence'],
  [/^PartitionDown$|^PartitionInactive$/, 'the partition starts no jobs at present'],
  [/^PartitionTimeLimit$/, 'asks for more time than the partition allows: give the place a shorter time'],
  [/^PartitionNodeLimit$/, 'asks for more than the partition allows'],
  [/^PartitionConfig$/, 'the partition does not allow what it asks for'],
  [/^BadConstraints$/, 'no node can ever meet its constraints: change the further lines of the place'],
  [/^InvalidAccount$|^AccountNotAllowed$/, 'its account is not valid there: give the place another one'],
  [/^InvalidQOS$|^QOSNotAllowed$/, 'its QOS is not valid there: give the place another one'],
  [/TimeLimit$|WallDurationPerJobLimit$/, 'asks for more time than its account or QOS allows: give the place a shorter time'],
  [/^QOS\w*PerUser|^Assoc\w*PerUser|^MaxJobsPerUser/, 'you have as many jobs or resources as one user may'],
  [/^QOS/, 'its QOS has as many jobs or resources as it may'],
  [/^(?:Assoc|Account)/, 'its account has as many jobs or resources as it may'],
  [/^Cleaning$/, 'Slurm still clears up after its last start'],
  [/^Prolog$/, 'its node is being prepared'],
  [/^FrontEndDown$|^SystemFailure$|^System failure/i, 'Slurm had a failure of its own'],
]

/** Tells why a job waits: Slurm's own reason, and what it means. */
export function pendingWords(reason: string): string | null {
  const name = reason.trim().replace(/^\((.*)\)$/, '$1')
  if (name === '') return null
  const meaning = meanings.find(([pattern]) => pattern.test(name))?.[1]
  return meaning === undefined ? name : `${name}: ${meaning}`
}
