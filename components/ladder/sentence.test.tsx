import { screen } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { exampleView } from '@/test/fixtures/example-answers'
import { at, exampleEvent, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { broken, twoRevisions } from '@/test/fixtures/findings'
import { renderPage } from '@/test/fixtures/rendered-page'
import type { SetObjects, StatefulSet } from '@/lib/statefulset/model/objects'
import { Sentence } from './sentence'

const shown = (objects: SetObjects, locale?: 'zh-CN') => renderPage(<Sentence view={exampleView(objects)} />, locale)
const rolled = (spec: Partial<StatefulSet['spec']>, fresh: readonly number[]) => {
  const set = exampleSet(spec, { currentRevision: 'web-1', updateRevision: 'web-2' })
  const pods = [0, 1, 2].map((n) => examplePod(set, n, { revision: fresh.includes(n) ? 'web-2' : 'web-1' }))
  return exampleObjects(set, { pods, revisions: twoRevisions(set) })
}
const partition = (at: number) => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: at, maxUnavailable: '1' } },
})

describe('a set that waits for nothing', () => {
  test.each<[string, SetObjects, RegExp]>([
    ['is settled', exampleObjects(), /^Settled/],
    ['is parked at its partition, with how many are old', rolled(partition(2), [2]), /^Parked at partition 2.*2/],
    [
      'waits with OnDelete for somebody',
      rolled({ updateStrategy: { type: 'OnDelete', rollingUpdate: null } }, [0]),
      /2/,
    ],
  ])('%s', (_, objects, words) => {
    shown(objects)
    expect(screen.getByRole('status').textContent).toMatch(words)
  })
  test('is not said to be settled where pods may not be seen', () => {
    shown(exampleObjects(exampleSet(), { pods: [], unknown: { pods: 'list pods' } }))
    expect(document.body.textContent).not.toMatch(/Settled/)
  })
})

describe('what a set waits for', () => {
  const set = exampleSet({ replicas: 1 })
  const starting = exampleObjects(set, { pods: [examplePod(set, 0, { phase: 'Pending', created: at(-5) })] })
  test('has a deadline where Kubernetes has one, and no word of it elsewhere', () => {
    shown(starting)
    expect(document.body.textContent).not.toMatch(/deadline|left/)
  })
  test('is in our words, and those of the API stand under the proof', async () => {
    const message =
      'create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1'
    const two = exampleSet({ replicas: 2 })
    const events = [exampleEvent('StatefulSet', two.metadata, 'FailedCreate', message)]
    const { user } = shown(exampleObjects(two, { pods: [examplePod(two, 0)], events }))
    expect(screen.getByRole('status').textContent).toBe(
      'web-1 cannot be created: the quota small would be exceeded: pods by 1 (1 of 1 used, 1 asked for).',
    )
    expect(document.body.textContent).not.toContain('is forbidden')
    await user.click(screen.getByRole('button', { name: /Proof/ }))
    expect(document.body.textContent).toContain('is forbidden: exceeded quota')
  })
  test('holds no word of the API in Chinese either', () => {
    const pods = [examplePod(set, 0, broken('CrashLoopBackOff'))]
    shown(exampleObjects(set, { pods }), 'zh-CN')
    expect(screen.getByRole('status').textContent).toContain('反复崩溃')
  })
})
