import { watch } from 'vue'
import { isLeft, mentions, type QueryFields, readChoices, writeChoices } from './query-choices.ts'
import { useViewAddress } from './view-address.ts'

/**
 * Keeps choices and the view's address the same while a view is open. An address that says nothing leaves what was chosen before, so
 * that a view that is come back to is as it was left.
 * @param choices reactive
 */
export function useQueryChoices<C extends object>(fields: QueryFields<C>, choices: C): void {
  const address = useViewAddress()
  const now = (): C => ({ ...choices })
  if (mentions(fields, address.query())) Object.assign(choices, readChoices(fields, address.query()))
  else address.change(writeChoices(fields, now()))
  let last = now()
  watch(
    () => JSON.stringify(writeChoices(fields, now())),
    () => {
      const next = now()
      if (JSON.stringify(writeChoices(fields, readChoices(fields, address.query()))) !== JSON.stringify(writeChoices(fields, next)))
        address.change(writeChoices(fields, next), isLeft(fields, last, next))
      last = next
    },
  )
  watch(
    () => JSON.stringify(writeChoices(fields, readChoices(fields, address.query()))),
    () => address.isHere() && Object.assign(choices, readChoices(fields, address.query())),
  )
}
