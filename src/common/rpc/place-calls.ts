import { z } from 'zod'
import { localPlace, placeNameSchema, placeSettingsSchema, placeStatusSchema } from '../places/place.ts'
import { affected, call, nothing, runIds } from './call.ts'

const { name: _name, ...changeable } = placeSettingsSchema.shape
const changeSchema = z.strictObject(changeable).partial()

/** A place by its name; `here` is this machine. */
export const anyPlaceSchema = z.literal(localPlace).or(placeNameSchema)

/** Calls on the places where runs train besides this machine. */
export const placeCalls = {
  'places.list': call(nothing, z.array(placeStatusSchema)),
  /** Adds a place and looks at it; one that cannot be reached now is kept, and its status says why. */
  'places.add': call(placeSettingsSchema, placeStatusSchema),
  /** What is left out stays. Where it is can only be changed while no run trains there. */
  'places.configure': call(z.strictObject({ name: placeNameSchema, change: changeSchema }), placeStatusSchema),
  /** Looks at it now. */
  'places.check': call(z.strictObject({ name: placeNameSchema }), placeStatusSchema),
  /** Forgets it; refused while runs train there. Files that it has stay until its owner deletes them. */
  'places.remove': call(z.strictObject({ name: placeNameSchema }), nothing),
  /** Binds runs with training to do to a place; null: to none. Running ones go on where they are. */
  'places.bind': call(z.strictObject({ runIds, place: anyPlaceSchema.nullable() }), affected),
} as const
