import type { Template } from '../../../common/rpc/templates.ts'
import type { Sweep } from '../../../common/sweep/sweep.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'

/** Changes the workspace's own templates and announces every change to all pages. */
export class Templates {
  readonly #store: Store
  readonly #journal: Journal

  constructor(store: Store, journal: Journal) {
    this.#store = store
    this.#journal = journal
  }

  list(): Template[] {
    return this.#store.templates.list()
  }

  save(name: string, sweep: Sweep, replace: boolean): Template {
    const id = this.#change(() => this.#store.templates.save(name, sweep, replace, Date.now()))
    return this.list().find((template) => template.id === id)!
  }

  rename(id: number, name: string): void {
    this.#change(() => this.#store.templates.rename(id, name))
  }

  remove(id: number): void {
    this.#change(() => this.#store.templates.remove(id))
  }

  #change<T>(work: () => T): T {
    return this.#journal.commit((announce) => {
      const result = work()
      announce.publish('templates.changed', this.list())
      return result
    })
  }
}
