// What the rest of the page may import of this feature.
export { default as CurveBoard } from './CurveBoard.vue'
export { default as EndedNote } from './EndedNote.vue'
export { default as LiveView } from './LiveView.vue'
export { default as RunTile } from './RunTile.vue'
export { default as SmallCurve } from './SmallCurve.vue'
export { default as TrainingNow } from './TrainingNow.vue'
export { axisUnit } from './axis-scale.ts'
