import { isOrphan, type Attachment, type Kind, type Pod, type Service, type Volume } from './objects'

/** Finds objects of one resource by what they say, kept up to date change by change. */
export class ObjectIndex {
  readonly resource: string
  readonly #keysOf: (object: Readonly<Kind>) => string[]
  readonly #found = new Map<string, Set<string>>()

  /** @param keysOf under which keys an object stands */
  constructor(resource: string, keysOf: (object: Readonly<Kind>) => string[]) {
    this.resource = resource
    this.#keysOf = keysOf
  }

  /** `namespace/name` of the objects under a key. */
  get(key: string): Iterable<string> {
    return this.#found.get(key) ?? []
  }

  observe(previous: Readonly<Kind> | null, object: Readonly<Kind> | null): void {
    const any = previous ?? object
    if (!any) return
    const before = previous ? this.#keysOf(previous) : []
    const after = object ? this.#keysOf(object) : []
    if (before.length === after.length && before.every((key, at) => key === after[at])) return
    const id = `${any.metadata.namespace ?? ''}/${any.metadata.name}`
    for (const key of before) {
      if (after.includes(key)) continue
      const ids = this.#found.get(key)
      ids?.delete(id)
      if (ids?.size === 0) this.#found.delete(key)
    }
    for (const key of after) {
      const ids = this.#found.get(key)
      if (ids) ids.add(id)
      else this.#found.set(key, new Set([id]))
    }
  }
}

const labelKeys = (namespace: string | undefined, labels: Record<string, string> = {}): string[] =>
  Object.entries(labels).map(([key, value]) => `${namespace ?? ''}/${key}=${value}`)

/** The key under which the pods are found that a service may select; null when it selects none. */
export const selectorKey = ({ metadata, spec }: Readonly<Service>): string | null =>
  labelKeys(metadata.namespace, spec.selector)[0] ?? null

export const indexes = () => ({
  podsByClaim: new ObjectIndex('pods', (object) =>
    ((object as Readonly<Pod>).spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
      claim ? [`${object.metadata.namespace}/${claim.claimName}`] : [],
    ),
  ),
  podsByLabel: new ObjectIndex('pods', ({ metadata }) => labelKeys(metadata.namespace, metadata.labels)),
  orphanPods: new ObjectIndex('pods', (object) => (isOrphan(object) ? [object.metadata.namespace ?? ''] : [])),
  orphanRevisions: new ObjectIndex('controllerrevisions', (object) =>
    isOrphan(object) ? [object.metadata.namespace ?? ''] : [],
  ),
  servicesBySelector: new ObjectIndex('services', (object) => {
    const key = selectorKey(object as Readonly<Service>)
    return key === null ? [] : [key]
  }),
  slicesByService: new ObjectIndex('endpointslices', ({ metadata }) => {
    const service = metadata.labels?.['kubernetes.io/service-name']
    return service ? [`${metadata.namespace ?? ''}/${service}`] : []
  }),
  attachmentsByVolume: new ObjectIndex('volumeattachments', (object) => [
    (object as Readonly<Attachment>).spec.source.persistentVolumeName ?? '',
  ]),
  /** Volumes under the claim that they are bound or promised to; free ones under `free`. */
  volumesByClaim: new ObjectIndex('persistentvolumes', (object) => {
    const claim = (object as Readonly<Volume>).spec.claimRef
    return [claim ? `${claim.namespace}/${claim.name}` : 'free']
  }),
})
