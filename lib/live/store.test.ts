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
