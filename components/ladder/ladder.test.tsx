import { screen, within } from '@testing-library/react'
import { describe, expect, test, vi } from 'vitest'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { exampleView } from '@/test/fixtures/example-answers'
import {
  at,
  exampleClaim,
  exampleNode,
  exampleObjects,
  examplePod,
  exampleSet,
  type PodChanges,
} from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { Ladder } from './ladder'
import { OrdinalNow } from './ordinal-now'
import { SetHeader } from './set-header'

const set = exampleSet()
const withPod1 = (changes: PodChanges, more: Partial<SetObjects> = {}) =>
  exampleObjects(set, { pods: [examplePod(set, 0), examplePod(set, 1, changes), examplePod(set, 2)], ...more })
const waitingFor = (reason: string): PodChanges['status'] => ({
  containers: [
    {
      name: 'main',
      image: 'kubia:1',
      ready: false,
      started: false,
      restartCount: 3,
      state: { kind: 'waiting', reason, message: null },
      lastState: null,
    },
  ],
})
const silent = new Map(['n0', 'n1', 'n2'].map((name) => [name, exampleNode(name, name === 'n1' ? 'Unknown' : 'True')]))

function shown(objects: SetObjects, locale?: 'zh-CN') {
  const onSelect = vi.fn()
  const page = renderPage(<Ladder view={exampleView(objects)} selected={null} onSelect={onSelect} />, locale)
  return { ...page, onSelect }
}
const row = (ordinal: number) => {
  const found = document.querySelector<HTMLElement>(`[data-ordinal="${ordinal}"]`)
  if (!found) throw new Error(`there is no row ${ordinal}`)
  return found
}

describe('a row of the ladder', () => {
  test.each<[string, string, SetObjects]>([
    ['ok', 'Ready', exampleObjects(set)],
    ['unready', 'Running, not ready', withPod1({ ready: false, since: at(-600) })],
    ['leaving', 'Terminating', withPod1({ deletion: at(20) })],
    ['stuck', 'Stuck terminating', withPod1({ deletion: at(-600) }, { nodes: silent })],
    ['suspect', 'Suspect (node silent)', withPod1({}, { nodes: silent })],
    ['crash', 'Crash looping', withPod1({ ready: false, status: waitingFor('CrashLoopBackOff') })],
    ['image', 'Image not pulled', withPod1({ ready: false, status: waitingFor('ImagePullBackOff') })],
  ])('says in words that it is %s', (state, words, objects) => {
    shown(objects)
    expect(row(1).dataset.state).toBe(state)
    expect(within(row(1)).getAllByText(words).length).toBeGreaterThan(0)
    expect(within(row(1)).getByRole('button', { name: `web-1: ${words}. Open its details` })).toBeTruthy()
  })

  test('of an ordinal that is not created names the one that stands before it', () => {
    shown(exampleObjects(set, { pods: [examplePod(set, 0), examplePod(set, 1, { ready: false })] }))
    expect(row(2).dataset.state).toBe('blocked')
    expect(row(2).dataset.podUid).toBe('')
    expect(row(2).textContent).toMatch(/web-1/)
  })

  test('of a claim that is left over stands outside the range, and its claim is unused', () => {
    const claims = [0, 1, 2, 3].map((ordinal) => exampleClaim(set, ordinal))
    shown(exampleObjects(set, { claims }))
    expect(row(3).dataset.state).toBe('ghost')
    expect(within(row(3)).getByTitle('data-web-3')).toBeTruthy()
    expect(within(row(3)).getByText('kept, no pod uses it')).toBeTruthy()
  })

  test('names what becomes of its disk, loudly where the claim is left over', () => {
    const claims = [0, 1, 2, 3].map((ordinal) => exampleClaim(set, ordinal))
    shown(exampleObjects(set, { claims }))
    expect(within(row(0)).getByText(/reclaim: Delete/).dataset.tone).toBeUndefined()
    expect(within(row(3)).getByText(/reclaim: Delete/).dataset.tone).toBe('attention')
  })

  test('keeps the ordinal of every long name, however little room there is', () => {
    const long = exampleSet({ replicas: 12 }, {}, { name: 'production-elasticsearch-master-eligible-nodes-cluster-eu' })
    shown(exampleObjects(long))
    const names = [long.metadata.name, `data-${long.metadata.name}`].map((name) => `${name}-11`)
    const shownNames = [...row(11).querySelectorAll<HTMLElement>('[title]')].filter(({ title }) =>
      names.includes(title),
    )
    // The pod, its claim, and its name among its peers.
    expect(shownNames).toHaveLength(3)
    for (const name of shownNames) {
      expect(name.textContent).toBe(name.title)
      expect(name.querySelector('.shrink-0')?.textContent).toBe('-11')
      expect(name.querySelector('.truncate')?.textContent).toBe(name.title.slice(0, -3))
    }
  })

  test('that is not created names a long one before it with its ordinal', () => {
    const long = exampleSet({ replicas: 3 }, {}, { name: 'production-elasticsearch-master-eligible-nodes-cluster-eu' })
    shown(exampleObjects(long, { pods: [examplePod(long, 0), examplePod(long, 1, { ready: false })] }))
    expect(row(2).textContent).toMatch(/blocked by production-.*….*-1\)/)
  })

  test('on a silent node says so, and keeps what was seen of the pod', () => {
    shown(withPod1({}, { nodes: silent }))
    expect(within(row(1)).getAllByText(/n1/).length).toBeGreaterThan(0)
    expect(row(1).querySelector('[data-tone=unknown]')).toBeTruthy()
    expect(row(1).textContent).toMatch(/Running/)
  })

  test('gives each claim of an ordinal a line of its own', () => {
    const two = exampleSet({
      claimTemplates: ['data', 'wal'].map((name) => ({ name, storageClassName: 'fast', requested: '1Gi' })),
    })
    shown(exampleObjects(two))
    expect(within(row(0)).getByTitle('data-web-0')).toBeTruthy()
    expect(within(row(0)).getByTitle('wal-web-0')).toBeTruthy()
  })

  test('opens its ordinal', async () => {
    const { user, onSelect } = shown(exampleObjects(set))
    await user.click(within(row(2)).getByRole('button'))
    expect(onSelect).toHaveBeenCalledWith(2)
  })
})

describe('what may not be seen', () => {
  test('is named by the missing rule in its column, and is never shown as absent', () => {
    const unknown = { pods: 'list pods', nodes: 'list nodes', persistentvolumeclaims: 'list persistentvolumeclaims' }
    shown(exampleObjects(set, { pods: [], claims: [], nodes: new Map(), slices: [], unknown }))
    expect(row(0).dataset.state).toBe('unknown')
    expect(within(row(0)).getAllByText('list pods').length).toBeGreaterThan(0)
    expect(within(row(0)).getByText('list persistentvolumeclaims')).toBeTruthy()
    expect(row(0).textContent).not.toMatch(/Not created|not yet/)
  })

  test('leaves a pod that is known its node by name', () => {
    shown(exampleObjects(set, { nodes: new Map(), unknown: { nodes: 'list nodes' } }))
    expect(within(row(0)).getByText('n0')).toBeTruthy()
    expect(within(row(0)).getByText('list nodes')).toBeTruthy()
  })
})

describe('the revisions', () => {
  const header = (objects: SetObjects) => {
    const view = exampleView(objects)
    renderPage(
      <>
        <SetHeader view={view} />
        <Ladder view={view} selected={null} onSelect={vi.fn()} />
      </>,
    )
    return screen.getByRole('banner').textContent
  }
  const at2 = (changes: PodChanges[]) => {
    const updated = exampleSet({}, { currentRevision: 'web-1', updateRevision: 'web-2' })
    return exampleObjects(updated, { pods: changes.map((each, ordinal) => examplePod(updated, ordinal, each)) })
  }

  test('are one when every pod runs the same, whatever the two fields of the status say', () => {
    expect(header(at2([{}, {}, {}]))).not.toMatch(/on the new revision/)
    expect(screen.queryByText(/^(new|old) /)).toBeNull()
  })

  test('are told apart while the pods run different ones', () => {
    expect(header(at2([{ revision: 'web-1' }, {}, {}]))).toMatch(/2 of 3 on the new revision \(1 to 2\)/)
    expect(within(row(0)).getByText('old 1')).toBeTruthy()
    expect(within(row(1)).getByText('new 2')).toBeTruthy()
  })

  test('are told apart after a revert, when the status names the same revision twice', () => {
    const pods = [examplePod(set, 0), examplePod(set, 1), examplePod(set, 2, { revision: 'web-bad' })]
    expect(header(exampleObjects(set, { pods }))).toMatch(/2 of 3 on the new revision \(bad to 1\)/)
    expect(within(row(2)).getByText('old bad')).toBeTruthy()
  })
})

describe('an ordinal that is open', () => {
  test('shows its pod, node, claims and names', () => {
    const view = exampleView(exampleObjects(set))
    const [first] = view.ordinals
    if (first) renderPage(<OrdinalNow view={view} ordinal={first} />)
    for (const text of ['uid-web-0', 'n0', 'data-web-0', 'pv-data-web-0', 'web-0.web.default.svc.cluster.local'])
      expect(screen.getByText(text)).toBeTruthy()
  })

  test('proves why it is as it is', () => {
    const view = exampleView(withPod1({ deletion: at(-600) }, { nodes: silent }))
    const one = view.ordinals.find(({ ordinal }) => ordinal === 1)
    if (one) renderPage(<OrdinalNow view={view} ordinal={one} />)
    expect(screen.getAllByText('Proof').length).toBeGreaterThan(0)
  })
})

test('the ladder speaks Chinese to readers of Chinese', () => {
  shown(withPod1({ deletion: at(-600) }, { nodes: silent }), 'zh-CN')
  expect(within(row(1)).getAllByText(/终止/).length).toBeGreaterThan(0)
})
