import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  exampleBudget,
  exampleClaim,
  exampleClass,
  exampleEvent,
  exampleNode,
  examplePod,
  exampleRevision,
  exampleService,
  exampleSet,
  exampleSlice,
  exampleVolume,
} from '@/test/fixtures/example-objects'
import type { Claim, Resource, ObjectsByResource } from '@/lib/statefulset/model/objects'
import { claimants, dashParts, MultiMap, parentOf } from './indexes'
import { Store } from './store'

const beyond = { unknown: {}, serverVersion: null }
let version = 1
/** The same object in a new version, as a watch would bring it. */
function fresh<K extends Resource>(object: ObjectsByResource[K]): ObjectsByResource[K] {
  version += 1
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
}

function scene() {
  const touched = new Set<string>()
  const store = new Store((key) => touched.add(key))
  const touchedBy = (change: () => void) => {
    touched.clear()
    change()
    return [...touched].sort()
  }
  const web = exampleSet()
  const other = exampleSet({}, {}, { name: 'other', uid: 'uid-other' })
  const claims: Claim[] = []
  for (const set of [web, other]) {
    store.put('statefulsets', fresh<'statefulsets'>(set))
    for (const ordinal of [0, 1, 2]) {
      store.put('pods', fresh<'pods'>(examplePod(set, ordinal)))
      const claim = exampleClaim(set, ordinal)
      claims.push(claim)
      store.put('persistentvolumeclaims', fresh<'persistentvolumeclaims'>(claim))
      store.put('persistentvolumes', fresh<'persistentvolumes'>(exampleVolume(claim)))
    }
  }
  return { store, touchedBy, web, other, claims, touched }
}

describe('a change touches the sets it is part of, and no other', () => {
  it('by a pod, its name or its owner', () => {
    const { store, touchedBy, web } = scene()
    expect(touchedBy(() => store.put('pods', fresh<'pods'>(examplePod(web, 1))))).toEqual(['default/web'])
    expect(touchedBy(() => store.remove('pods', examplePod(web, 1)))).toEqual(['default/web'])
    expect(
      store
        .objectsOf('default/web', beyond)
        ?.pods.map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(['web-0', 'web-2'])
  })

  it('by a claim and its volume', () => {
    const { store, touchedBy, claims } = scene()
    const claim = claims[4]
    if (!claim) throw new Error('no claim')
    expect(claim.metadata.name).toBe('data-other-1')
    const change = () => store.put('persistentvolumeclaims', fresh<'persistentvolumeclaims'>(claim))
    expect(touchedBy(change)).toEqual(['default/other'])
    const volume = fresh<'persistentvolumes'>(exampleVolume(claim))
    expect(touchedBy(() => store.put('persistentvolumes', volume))).toEqual(['default/other'])
  })

  it('by a volume that bears the name of its claim, though no claim names the volume', () => {
    const { store, touchedBy, claims } = scene()
    const claim = claims[1]
    if (!claim) throw new Error('no claim')
    const left = (namespace: string) => {
      const volume = exampleVolume(claim, { claimRef: { namespace, name: claim.metadata.name, uid: 'of-old' } })
      return fresh<'persistentvolumes'>({ ...volume, metadata: { ...volume.metadata, name: 'pv-old', uid: 'pv-old' } })
    }
    const has = () => store.objectsOf('default/web', beyond)?.volumes.has('pv-old')
    expect(touchedBy(() => store.put('persistentvolumes', left('default')))).toEqual(['default/web'])
    expect(has()).toBe(true)
    expect(touchedBy(() => store.put('persistentvolumes', left('elsewhere')))).toEqual(['default/web'])
    expect(has()).toBe(false)
    expect(touchedBy(() => store.put('persistentvolumes', left('default')))).toEqual(['default/web'])
    expect(touchedBy(() => store.remove('persistentvolumes', left('default')))).toEqual(['default/web'])
    expect(has()).toBe(false)
  })

  it('by a node that its pods are on', () => {
    const { store, touchedBy, web } = scene()
    store.put('pods', fresh<'pods'>(examplePod(web, 0, { node: 'lonely' })))
    expect(touchedBy(() => store.put('nodes', fresh<'nodes'>(exampleNode('lonely'))))).toEqual(['default/web'])
    expect(touchedBy(() => store.put('nodes', fresh<'nodes'>(exampleNode('n1'))))).toEqual([
      'default/other',
      'default/web',
    ])
    expect([...(store.objectsOf('default/web', beyond)?.nodes.keys() ?? [])].sort()).toEqual(['lonely', 'n1'])
  })

  it('by its Service, its EndpointSlices, its revisions and its events', () => {
    const { store, touchedBy, web } = scene()
    const service = exampleService('web')
    const slice = exampleSlice(service, [examplePod(web, 0)])
    expect(touchedBy(() => store.put('services', fresh<'services'>(service)))).toEqual(['default/web'])
    expect(touchedBy(() => store.put('endpointslices', fresh<'endpointslices'>(slice)))).toEqual(['default/web'])
    const revision = exampleRevision(web, 'web-1', 1)
    expect(touchedBy(() => store.put('controllerrevisions', fresh<'controllerrevisions'>(revision)))).toEqual([
      'default/web',
    ])
    const objects = store.objectsOf('default/web', beyond)
    expect(objects?.service?.metadata.name).toBe('web')
    expect(objects?.slices).toHaveLength(1)
    expect(objects?.revisions).toHaveLength(1)
  })

  it('by a budget whose selector may fit its pods', () => {
    const { store, touchedBy } = scene()
    const budget = (name: string, matchLabels: Record<string, string> | null) =>
      fresh<'poddisruptionbudgets'>({
        ...exampleBudget(exampleSet()),
        metadata: { ...exampleService(name).metadata, name },
        selector: matchLabels === null ? null : { matchLabels, matchExpressions: [] },
      })
    const put = (name: string, labels: Record<string, string> | null) =>
      touchedBy(() => store.put('poddisruptionbudgets', budget(name, labels)))
    expect(put('pdb', { app: 'web' })).toEqual(['default/web'])
    expect(put('elsewhere', { app: 'nobody' })).toEqual([])
    expect(put('every-pod', {})).toEqual(['default/other', 'default/web'])
    const names = () => store.objectsOf('default/web', beyond)?.budgets.map(({ metadata }) => metadata.name)
    expect(names()).toEqual(['every-pod', 'pdb'])
    expect(put('pdb', { app: 'nobody' })).toEqual(['default/web'])
    expect(names()).toEqual(['every-pod'])
    // One pod alone, by the label that the controller gives it.
    put('one-pod', { 'statefulset.kubernetes.io/pod-name': 'web-0' })
    expect(names()).toContain('one-pod')
  })

  it.each<[string, Record<string, string>]>([
    ['one that a webhook gave to all of them', { 'sidecar.example.com/injected': 'true' }],
    ['one with an empty value', { injected: '' }],
    ['one whose value holds what a key may not', { 'a.b/c': 'x_y.z-1' }],
    ['one that is called like a part of every object', { constructor: 'yes' }],
    ['one beside those of the template', { app: 'web', 'mesh.example.com/canonical': 'web' }],
    ['one of the pods beside one of single pods', { injected: 'true', 'statefulset.kubernetes.io/pod-name': 'web-1' }],
  ])('by a budget that selects its pods by labels of theirs alone: %s', (_what, matchLabels) => {
    const { store, touchedBy, web } = scene()
    for (const ordinal of [0, 1, 2]) {
      const pod = examplePod(web, ordinal)
      const labels = { ...pod.metadata.labels, ...matchLabels }
      store.put('pods', fresh<'pods'>({ ...pod, metadata: { ...pod.metadata, labels } }))
    }
    store.objectsOf('default/web', beyond)
    store.objectsOf('default/other', beyond)
    const budget = (status: object = {}) => {
      const example = exampleBudget(web)
      return fresh<'poddisruptionbudgets'>({
        ...example,
        selector: { matchLabels, matchExpressions: [] },
        status: example.status === null ? null : { ...example.status, ...status },
      })
    }
    const first = budget()
    expect(touchedBy(() => store.put('poddisruptionbudgets', first))).toContain('default/web')
    expect(store.objectsOf('default/web', beyond)?.budgets).toHaveLength(1)
    expect(touchedBy(() => store.put('poddisruptionbudgets', budget({ disruptionsAllowed: 0 })))).toContain(
      'default/web',
    )
    expect(touchedBy(() => store.remove('poddisruptionbudgets', first))).toContain('default/web')
    // Its pods lost the label.
    if ('app' in matchLabels) return
    for (const ordinal of [0, 1, 2]) store.put('pods', fresh<'pods'>(examplePod(web, ordinal)))
    store.objectsOf('default/web', beyond)
    if (!('statefulset.kubernetes.io/pod-name' in matchLabels)) {
      expect(touchedBy(() => store.put('poddisruptionbudgets', budget()))).toEqual([])
    }
  })

  it('by each budget that selects one of its pods, whoever gave which label, and whatever changed before', () => {
    const label = fc.constantFrom('app', 'injected', 'statefulset.kubernetes.io/pod-name', 'mesh')
    const labels = fc.dictionary(label, fc.constantFrom('web', 'other', 'web-0', ''), { maxKeys: 3 })
    const step = fc.oneof(
      fc.record({ do: fc.constant('pod' as const), set: fc.nat(1), ordinal: fc.nat(2), labels }),
      fc.record({ do: fc.constant('budget' as const), name: fc.constantFrom('a', 'b'), labels }),
      fc.record({ do: fc.constant('no budget' as const), name: fc.constantFrom('a', 'b') }),
      fc.record({ do: fc.constant('no set' as const), set: fc.nat(1) }),
      fc.record({ do: fc.constant('set' as const), set: fc.nat(1), labels }),
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const { store, touched, web, other } = scene()
        const sets = [web, other]
        const keys = ['default/web', 'default/other']
        const names = (key: string) =>
          store
            .objectsOf(key, beyond)
            ?.budgets.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
            .sort()
            .join()
        /** As the views do: what is touched is looked at again, and what is not is taken to be as it was. */
        const shown = new Map(keys.map((key) => [key, names(key)]))
        for (const one of steps) {
          touched.clear()
          const set = 'set' in one ? sets[one.set] : undefined
          if (one.do === 'pod' && set) {
            const pod = examplePod(set, one.ordinal)
            const all = { ...pod.metadata.labels, ...one.labels }
            store.put('pods', fresh<'pods'>({ ...pod, metadata: { ...pod.metadata, labels: all } }))
          } else if (one.do === 'budget') {
            const example = exampleBudget(web)
            store.put(
              'poddisruptionbudgets',
              fresh<'poddisruptionbudgets'>({
                ...example,
                metadata: { ...example.metadata, name: one.name, uid: one.name },
                selector: { matchLabels: one.labels, matchExpressions: [] },
              }),
            )
          } else if (one.do === 'no budget') {
            const gone = store.get('poddisruptionbudgets', 'default', one.name)
            if (gone) store.remove('poddisruptionbudgets', gone)
          } else if (one.do === 'no set' && set) {
            store.remove('statefulsets', set)
          } else if (one.do === 'set' && set) {
            const template = { ...set.spec.template, labels: { ...set.spec.template.labels, ...one.labels } }
            store.put('statefulsets', fresh<'statefulsets'>({ ...set, spec: { ...set.spec, template } }))
          }
          for (const key of keys) {
            if (touched.has(key)) shown.set(key, names(key))
            expect(shown.get(key)).toBe(names(key))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('by a class that its claims name', () => {
    const { store, touchedBy } = scene()
    expect(touchedBy(() => store.put('storageclasses', fresh<'storageclasses'>(exampleClass('fast'))))).toHaveLength(2)
    expect(touchedBy(() => store.put('storageclasses', fresh<'storageclasses'>(exampleClass('unused'))))).toEqual([])
  })

  it('not at all by the same version again, as a new list brings it', () => {
    const { store, touchedBy, web } = scene()
    const pod = fresh<'pods'>(examplePod(web, 0))
    store.put('pods', pod)
    expect(touchedBy(() => store.put('pods', { ...pod }))).toEqual([])
  })
})

describe('a whole list', () => {
  it('replaces what was there: what is missing is gone, a new uid is a new object', () => {
    const { store, web } = scene()
    const again = fresh<'pods'>(examplePod(web, 0, { uid: 'second' }))
    store.replace('pods', null, [again])
    expect(store.count('pods')).toBe(1)
    expect(store.objectsOf('default/web', beyond)?.pods[0]?.metadata.uid).toBe('second')
    expect(store.objectsOf('default/other', beyond)?.pods).toEqual([])
  })

  it('of one namespace leaves the others alone', () => {
    const { store } = scene()
    store.replace('pods', 'elsewhere', [])
    expect(store.count('pods')).toBe(6)
    store.replace('pods', 'default', [])
    expect(store.count('pods')).toBe(0)
  })

  it('makes a late deletion of the former object harmless', () => {
    const { store, web } = scene()
    const former = examplePod(web, 0)
    store.put('pods', fresh<'pods'>(examplePod(web, 0, { uid: 'second' })))
    store.remove('pods', former)
    expect(store.get('pods', 'default', 'web-0')?.metadata.uid).toBe('second')
  })
})

describe('names that could belong to two sets', () => {
  it('give each set its own pods and claims, and name the neighbours', () => {
    const store = new Store(() => {})
    const a = exampleSet({}, {}, { name: 'a', uid: 'a' })
    const b = exampleSet({}, {}, { name: 'a-1', uid: 'b' })
    store.put('statefulsets', fresh<'statefulsets'>(a))
    store.put('statefulsets', fresh<'statefulsets'>(b))
    for (const set of [a, b]) {
      store.put('pods', fresh<'pods'>(examplePod(set, 1)))
      store.put('persistentvolumeclaims', fresh<'persistentvolumeclaims'>(exampleClaim(set, 1)))
    }
    const [ofA, ofB] = [store.objectsOf('default/a', beyond), store.objectsOf('default/a-1', beyond)]
    expect(ofA?.pods.map(({ metadata }) => metadata.name)).toEqual(['a-1'])
    expect(ofB?.pods.map(({ metadata }) => metadata.name)).toEqual(['a-1-1'])
    expect(ofA?.claims.map(({ metadata }) => metadata.name)).toEqual(['data-a-1'])
    expect(ofB?.claims.map(({ metadata }) => metadata.name)).toEqual(['data-a-1-1'])
    expect(ofA?.neighbours).toEqual(['a-1'])
    expect(ofB?.neighbours).toEqual(['a'])
    store.remove('statefulsets', b)
    expect(store.objectsOf('default/a', beyond)?.neighbours).toEqual([])
  })

  it('are no trouble when they are those of an object in JavaScript', () => {
    const store = new Store(() => {})
    const set = exampleSet({}, {}, { name: 'constructor', namespace: 'hasownproperty' })
    store.put('statefulsets', fresh<'statefulsets'>(set))
    expect(store.objectsOf('hasownproperty/constructor', beyond)?.pods).toEqual([])
    expect(store.objectsOf('default/tostring', beyond)).toBeUndefined()
  })
})

describe('events', () => {
  it('are kept for sets, their pods and claims, the newest hundred of each object', () => {
    const { store, web } = scene()
    for (let number = 0; number < 150; number += 1) {
      const event = exampleEvent('Pod', examplePod(web, 0).metadata, 'Unhealthy', 'Readiness probe failed')
      const seen = new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString()
      store.put('events', {
        ...event,
        lastSeen: seen,
        metadata: { ...event.metadata, name: `e-${number}`, uid: `e-${number}`, resourceVersion: String(number + 1) },
      })
    }
    const events = store.objectsOf('default/web', beyond)?.events ?? []
    expect(events).toHaveLength(100)
    expect(events.map(({ metadata }) => metadata.name)).not.toContain('e-49')
    expect(events.map(({ metadata }) => metadata.name)).toContain('e-50')
  })
})

describe('the indexes', () => {
  it('are empty when everything is gone', () => {
    const map = new MultiMap()
    map.add('a', '1')
    map.add('a', '2')
    map.remove('a', '1')
    map.remove('a', '2')
    map.remove('a', '3')
    expect(map.size).toBe(0)
    expect([...map.get('a')]).toEqual([])
  })

  it('find the set of a pod and the possible sets of a claim', () => {
    expect(parentOf('a-b-10')).toBe('a-b')
    expect([parentOf('a-b'), parentOf('a-'), parentOf('-1'), parentOf('7')]).toEqual([null, null, null, null])
    expect(claimants('data-a-b-0')).toEqual(['a-b', 'b'])
    expect(claimants('data-0')).toEqual([])
    expect(dashParts('a-b-c').sort()).toEqual(['a', 'a-b', 'b-c', 'c'])
  })
})

it('gives the same whatever the order of changes', () => {
  const { web, other, claims } = scene()
  const pods = [web, other].flatMap((set) => [0, 1, 2].map((ordinal) => examplePod(set, ordinal)))
  const changes: ((store: Store) => void)[] = [
    ...[web, other].map((set) => (store: Store) => store.put('statefulsets', set)),
    ...pods.map((pod) => (store: Store) => store.put('pods', pod)),
    ...claims.map((claim) => (store: Store) => store.put('persistentvolumeclaims', claim)),
    ...claims.map((claim) => (store: Store) => store.put('persistentvolumes', exampleVolume(claim))),
    (store) => store.put('nodes', exampleNode('n1')),
    (store) => store.put('services', exampleService('web')),
  ]
  const contents = (order: readonly ((store: Store) => void)[]) => {
    const store = new Store(() => {})
    for (const change of order) change(store)
    const objects = store.objectsOf('default/web', beyond)
    const namesOf = (list: Iterable<{ metadata: { name: string } }>) =>
      [...list].map(({ metadata }) => metadata.name).sort()
    return (
      objects && {
        pods: namesOf(objects.pods),
        claims: namesOf(objects.claims),
        volumes: namesOf(objects.volumes.values()),
        nodes: namesOf(objects.nodes.values()),
        service: objects.service?.metadata.name,
      }
    )
  }
  const expected = contents(changes)
  fc.assert(
    fc.property(fc.shuffledSubarray(changes, { minLength: changes.length }), (order) => {
      expect(contents(order)).toEqual(expected)
    }),
    { numRuns: 50 },
  )
})
