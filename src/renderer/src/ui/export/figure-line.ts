export { figureLine } from '../../../../common/export/figure-line.ts'
