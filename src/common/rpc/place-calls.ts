import { z } from 'zod'
import { localPlace, placeChangeSchema, placeNameSchema, placeSettingsSchema, placeStatusSchema } from '../places/place.ts'
import { affected, call, nothing, runIds } from './call.ts'

/** A place by its name; `here` is this machine. */
export const anyPlaceSchema = z.literal(localPlace).or(placeNameSchema)

/** Calls on the places where runs train besides this machine. */
export const placeCalls = {
  'places.list': call(nothing, z.array(placeStatusSchema)),
  /** Adds a place and looks at it; one that cannot be reached now is kept, and its status says why. */
  'places.add': call(placeSettingsSchema, placeStatusSchema),
  /** What is left out stays. Where it is can only be changed while no run trains there. */
  'places.configure': call(z.strictObject({ name: placeNameSchema, change: placeChangeSchema }), placeStatusSchema),
  /** Looks at it now. */
  'places.check': call(z.strictObject({ name: placeNameSchema }), placeStatusSchema),
  /** Forgets it; refused while runs train there. Files that it has stay until its owner deletes them. */
  'places.remove': call(z.strictObject({ name: placeNameSchema }), nothing),
  /**
   * Takes runs away from a place, all of it or those named: their jobs there are ended now, or as soon as it can be reached, and count no
   * more. They go on from their last fetched checkpoints, at `to`; null: wherever a slot is free.
   */
  'places.giveUp': call(
    z.strictObject({ name: placeNameSchema, runIds: runIds.optional(), to: anyPlaceSchema.nullable().default(null) }),
    affected,
  ),
  /** Binds runs with training to do to a place; null: to none. Running ones go on where they are. */
  'places.bind': call(z.strictObject({ runIds, place: anyPlaceSchema.nullable() }), affected),
} as const
