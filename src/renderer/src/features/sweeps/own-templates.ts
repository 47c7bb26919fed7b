import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { Template } from '../../../../common/rpc/templates.ts'
import type { SweepInput } from '../../../../common/sweep/sweep.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'

/** Holds the workspace's own templates, which the engine stores; every page hears of changes. */
export const useTemplates = defineStore('templates', () => {
  const engine = useEngine()
  const list = shallowRef<readonly Template[]>([])
  api.on('templates.changed', (changed) => (list.value = changed))
  watch(
    () => engine.generation,
    () => attempt(async () => (list.value = await api.call('templates.list', {}))),
    { immediate: engine.generation > 0 },
  )

  /** Tells whether the name is taken, by any template but `id`. */
  function taken(name: string, id: number | null = null): boolean {
    return list.value.some((one) => one.id !== id && one.name.toLowerCase() === name.trim().toLowerCase())
  }
  /** @throws SkiplabError */
  const save = (name: string, sweep: SweepInput, replace: boolean): Promise<Template> =>
    api.call('templates.save', { name, sweep, replace })
  /** @throws SkiplabError */
  const rename = (id: number, name: string): Promise<object> => api.call('templates.rename', { id, name })
  /** @throws SkiplabError */
  const remove = (id: number): Promise<object> => api.call('templates.remove', { id })

  return { list, taken, save, rename, remove }
})
